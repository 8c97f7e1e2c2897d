"""What every page of this face needs: the row of pages, today, and who is told what after an act."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from onething.kit.workdays import legal_date
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest
from onething.web.ui.addresses import link_to

__all__ = ["EVERYONE", "Role", "page", "tell", "today"]

Role = Officer.Role
# In this order an account with several offices acts when a page admits them all.
EVERYONE: Final = (Role.REVIEWER, Role.LEAD, Role.COORDINATOR, Role.HEAD, Role.GOVERNMENT, Role.ISSUER)
PAGES: Final = (
    ("home", gettext_lazy("我的待办"), {Role.REVIEWER}),
    ("done", gettext_lazy("已办"), {Role.REVIEWER}),
    ("lead", gettext_lazy("牵头总览"), {Role.LEAD}),
    ("visits", gettext_lazy("联合活动"), {Role.REVIEWER, Role.LEAD}),
    ("unrouted", gettext_lazy("待分派"), {Role.COORDINATOR}),
    ("handovers", gettext_lazy("跨区办理"), {Role.LEAD, Role.COORDINATOR}),
    ("clocks", gettext_lazy("期限"), {Role.HEAD, Role.GOVERNMENT}),
    ("approvals", gettext_lazy("待批准"), {Role.HEAD}),
    ("results", gettext_lazy("结果"), {Role.REVIEWER, Role.ISSUER}),
)


def today() -> date:
    """The legal day: deadlines are days in China, whatever the server's clock is set to."""
    return legal_date(timezone.now())


def nav(request: OfficerRequest, current: str) -> list[dict[str, Any]]:
    """The pages this person's offices open."""
    return [
        {"label": label, "url": link_to(f"review:{name}"), "current": name == current}
        for name, label, roles in PAGES
        if request.roles & roles
    ]


def page(
    request: OfficerRequest, template: str, context: Mapping[str, Any], *, current: str = "", status: int = 200
) -> HttpResponse:
    """Draw one page of this face."""
    notices = list(messages.get_messages(request))
    whole = {"nav": nav(request, current), "officer": request.officer, "notices": notices, **context}
    return render(request, template, whole, status=status)


def tell(request: HttpRequest, text: str, *, tone: str = "success") -> None:
    """Say something on the next page. Tones are those of the notice banner."""
    messages.add_message(request, messages.INFO, text, extra_tags=tone)
