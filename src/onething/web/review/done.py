"""What an officer accepted or decided a moment ago, with the way to take it back (ux e5)."""

from typing import Any

from django.utils.translation import gettext as _

from onething.cases.models import ItemCase
from onething.cases.states import ItemState
from onething.web.accounts.access import OfficerRequest
from onething.web.review import words
from onething.web.review.task import address, seconds_left

__all__ = ["just_done"]


def just_done(request: OfficerRequest) -> dict[str, Any]:
    """The words about it and, while the minute lasts, the button."""
    number = request.GET.get("done", "")
    if not number:
        return {}
    item = ItemCase.objects.visible_to(request.officer).select_related("case").filter(number=number).first()
    if item is None or (item.is_open and item.item_state is not ItemState.ACCEPTED):
        return {}
    return {
        "done": item,
        "done_words": _("“%(name)s”：%(state)s") % {"name": item.name, "state": words.state_tag(item)["state"]},
        "done_seconds": seconds_left(item, request.officer),
        "done_undo_url": address(item, "undo"),
    }
