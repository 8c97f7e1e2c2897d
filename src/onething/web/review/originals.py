"""纸质原件: where each paper original of a handed-over item is, and who takes it over; one page for both ends (R3.1.g/4)."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onething.cases.models import ItemCase
from onething.dispatch.reading import item_for, led_item
from onething.dispatch.services import Original, asks_originals, originals_of, receive_original, send_original
from onething.kit.errors import Refused
from onething.parties.models import Officer
from onething.web.accounts.access import OfficerRequest, officer_required
from onething.web.review.frame import Role, page, tell
from onething.web.review.task import address, note
from onething.web.ui.addresses import link_to
from onething.web.ui.formats import table_date
from onething.web.ui.spoken import whose_paper

__all__ = ["originals", "originals_link"]


def originals_link(item: ItemCase) -> str:
    """Where the originals of an item are followed; empty where none travels. No query."""
    return address(item, "originals") if asks_originals(item) else ""


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required(Role.LEAD, Role.REVIEWER)
def originals(request: OfficerRequest, number: str) -> HttpResponse:
    """The papers with their ways so far; send what one has, acknowledge what came."""
    item, office = _opened(request, number)
    if request.method == "POST":
        try:
            told = _act(request, item, office)
        except Refused as refused:
            tell(request, refused.message, tone="warning")
        else:
            tell(request, told)
        return HttpResponseRedirect(address(item, "originals"))
    lead = item.case.lead_organisation_id
    leads = office.role == Role.LEAD
    context = {
        "item": item,
        "papers": [_row(one, office, lead) for one in originals_of(item)],
        "back_url": link_to("review:case", item.case.number) if leads else address(item),
        "back_text": _("返回整件事") if leads else _("回到这一件"),
    }
    return page(request, "review/originals.html", context, current="lead" if leads else "home")


def _opened(request: OfficerRequest, number: str) -> tuple[ItemCase, Officer]:
    """The item and the office that has a part in it: of the body that decides, or of the lead. Raises Http404."""
    for office in request.offices:
        read = item_for if office.role == Role.REVIEWER else led_item
        if (found := read(office, number)) is not None:
            note(request, found, f"originals {found.number}")
            return found, office
    raise Http404


def _act(request: OfficerRequest, item: ItemCase, office: Officer) -> str:
    """One of two verbs, by the button. Raises Refused."""
    now = timezone.now()
    if (move := request.POST.get("receive", "")).isdecimal():
        if not item.original_moves.filter(pk=int(move)).exists():
            raise Http404
        receive_original(move_id=int(move), officer=office, at=now)
        return _("记下了：原件已经接收")
    key, _bar, subject = request.POST.get("send", "").partition("|")
    send_original(item_id=item.pk, officer=office, key=key, subject=subject, at=now)
    return _("记下了：原件已经交出，等对方接收")


def _row(one: Original, office: Officer, lead: int | None) -> dict[str, Any]:
    on_its_way = one.on_its_way
    return {
        "name": whose_paper(one.paper.party_name, one.paper.name),
        "moves": [
            {
                "sent": _("%(at)s %(body)s %(who)s交出")
                % {
                    "at": table_date(move.sent_at),
                    "body": move.sender.name,
                    "who": move.sent_by.account.display_name,
                },
                "received": _("%(at)s %(body)s %(who)s接收")
                % {
                    "at": table_date(move.received_at),
                    "body": move.receiver.name,
                    "who": move.received_by.account.display_name,
                }
                if move.received_at is not None and move.received_by is not None
                else _("%(body)s还没有接收") % {"body": move.receiver.name},
            }
            for move in one.moves
        ],
        "receive": on_its_way.pk if on_its_way is not None and on_its_way.receiver_id == office.organisation_id else "",
        "send": f"{one.paper.key}|{one.paper.subject}" if one.holder(lead) == office.organisation_id else "",
    }
