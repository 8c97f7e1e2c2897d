"""After a refusal that another item hangs on: the applicant says whether to go on, where the law leaves it (R2.8.e/2)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onething.cases.models import ItemCase
from onething.cases.reading import items_of_case, own_case
from onething.cases.states import ItemState, Outcome
from onething.dispatch.models import RefusalChoice
from onething.dispatch.reading import open_choices
from onething.dispatch.services import answer_refusal
from onething.kit.errors import Refused
from onething.web.accounts.access import AccountRequest, account_required
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import said

__all__ = ["choices_of", "choose"]


def choices_of(items: Sequence[ItemCase]) -> list[dict[str, Any]]:
    """What the applicant is asked now, one entry per item. No query unless something was refused while another waits."""
    waiting = [item.pk for item in items if item.item_state is ItemState.WAITING]
    if not waiting or all(item.outcome != Outcome.REFUSED for item in items):
        return []
    names = {item.pk: item for item in items}
    return [_entry(one, names[one.item_id], names[one.cause_id]) for one in open_choices(waiting)]


def _entry(one: RefusalChoice, item: ItemCase, cause: ItemCase) -> dict[str, Any]:
    values = {"name": said(cause.name), "day": prose_date(one.until)}
    if one.rule == RefusalChoice.Rule.WAIT:
        lines = [
            _(
                "前面的“%(name)s”没有同意，这一项先等着。申请复议、起诉或者重新申请有了新结果，再告诉我们继续；最晚等到%(day)s，到时这一项不再办理。"
            )
            % values
        ]
        label = _("有了新结果，继续办")
    else:
        lines = [
            _("前面的“%(name)s”没有同意。这一项还可以办，要不要继续？") % values,
            _("%(day)s前告诉我们；没有回答，就继续办。") % values,
        ]
        label = _("继续办")
    return {"title": said(item.name), "number": item.number, "lines": lines, "label": label}


@require_POST
@account_required
def choose(request: AccountRequest, number: str) -> HttpResponse:
    """Go on with an item or take it back; a second press says how it stands."""
    found = own_case(request.user, number.upper())
    item = (
        next((one for one in items_of_case(found) if one.number == request.POST.get("item")), None) if found else None
    )
    if found is None or item is None or request.POST.get("answer") not in {"go_on", "withdraw"}:
        raise Http404(_("没有找到这份申请。请检查编号，或到“我的”里看。"))
    goes_on = request.POST["answer"] == "go_on"
    try:
        answer_refusal(item_id=item.pk, account=request.user, go_on=goes_on, at=timezone.now())
    except Refused as refused:
        messages.warning(request, said(refused.message))
    else:
        told = _("“%(name)s”继续办") if goes_on else _("“%(name)s”撤回了，不再办")
        messages.success(request, told % {"name": said(item.name)})
    return HttpResponseRedirect(link_to("public:case", found.number))
