"""查重复: what the machine finds twice among the open cases of the lead, before anybody opens one (R2.2.c/2)."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from onething.intake.reading import duplicates_of
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page
from onething.web.ui.addresses import link_to

__all__ = ["duplicates"]


@require_safe
@officer_required(Role.LEAD)
def duplicates(request: OfficerRequest) -> HttpResponse:
    """Each group with links to the cases; what to do about one is decided at its preliminary review."""
    cases, files = duplicates_of(request.officer)
    context = {
        "cases": [
            {
                "name": one.name,
                "links": [{"number": number, "url": link_to("review:case", number)} for number in one.numbers],
            }
            for one in cases
        ],
        "files": [
            {"number": one.number, "url": link_to("review:preliminary", one.number), "papers": "、".join(one.papers)}
            for one in files
        ],
    }
    return page(request, "review/duplicates.html", context, current="lead")
