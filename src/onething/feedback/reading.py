"""What pages look at of rounds and findings. Reads only; each function says how many queries it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from onething.audit.models import Event
from onething.cases.models import ItemCase, OneThingCase
from onething.cases.states import ItemState
from onething.feedback.board import changed_of, demands_for, window_for
from onething.feedback.models import CorrectionRound, Finding, RoundItem
from onething.feedback.rules import Demands, Target
from onething.feedback.states import FindingState
from onething.kit.statements import Parameter, Statement
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer

__all__ = [
    "Findings",
    "deemed_on",
    "exceptions_by_body",
    "findings_for",
    "had_rounds",
    "own_round",
    "proposals_for",
    "told_kind",
    "told_rounds",
]


# Beside every task that its body has not finished.
FOUND_IN_CASE = Statement(
    lambda: (
        Finding.objects.filter(case_id=Parameter("case"))
        .exclude(state=FindingState.WITHDRAWN)
        .select_related("organisation", "point", "round")
        .in_order()
    )
)


def deemed_on(item: ItemCase) -> date | None:
    """The day from which an item counts as accepted because its body said nothing in time; None where somebody accepted it."""
    window = window_for(item)
    if window is None or item.accepted_at is None or not window.is_silent(legal_date(item.accepted_at)):
        return None
    return item.accepted_on


def told_kind(event: Event) -> str:
    """The kind of an event as people are told of it: silence that became acceptance, and an end for want of an answer, have
    words of their own."""
    if event.kind == "item.accepted" and event.payload.get("deemed"):
        return "item.accepted_by_silence"
    if event.kind == "item.terminated" and event.payload.get("not_corrected"):
        return "item.ended_uncorrected"
    return event.kind


def had_rounds(items: Sequence[ItemCase]) -> bool:
    """Whether anything of a case waits for its applicant or came back: otherwise a page need not ask for rounds."""
    return any(one.item_state is ItemState.IN_CORRECTION or one.window_from is not None for one in items)


def own_round(account: Account, number: str, ordinal: int) -> CorrectionRound | None:
    """A round of an own case that a notice told of, with its case. One query."""
    told = CorrectionRound.objects.of_account(account).told()
    return told.filter(case__number=number, ordinal=ordinal).select_related("case").first()


def told_rounds(case: OneThingCase) -> list[CorrectionRound]:
    """The rounds of a case its applicant was told of. One query; the caller has asked whose the case is."""
    return list(CorrectionRound.objects.filter(case=case).told().in_order())


@dataclass(frozen=True, slots=True)
class Findings:
    """What a body sees of the corrections of its item: its own, and of others only what is about data it needs itself (I10)."""

    demands: Demands
    own: tuple[Finding, ...]
    others: tuple[Finding, ...]
    changed: frozenset[Target]
    has_spoken: bool


def findings_for(item: ItemCase) -> Findings:
    """The findings beside one item, with what came of them. One query, three where anybody found something.

    The caller has checked that the body has the item.
    """
    demands = demands_for(item)
    found = FOUND_IN_CASE(case=item.case_id)
    if not found:
        return Findings(demands, (), (), frozenset(), has_spoken=False)
    _returned, changed = changed_of(item)
    marks = RoundItem.objects.filter(item=item).select_related("round").order_by("pk")
    rounds = list(marks)
    told = {target for one in rounds for code in one.changed if (target := Target.parse(code)) is not None}
    return Findings(
        demands=demands,
        own=tuple(one for one in found if one.item_id == item.pk),
        others=tuple(
            one
            for one in found
            if one.item_id != item.pk and one.state != FindingState.PROPOSED and one.target in demands.targets
        ),
        changed=changed | frozenset(told),
        has_spoken=any(one.said_at is not None and one.round.round_state.value == "collecting" for one in rounds),
    )


def proposals_for(head: Officer) -> list[Finding]:
    """What waits for the head of a body, oldest first. One query."""
    rows = Finding.objects.of_body(head).proposed()
    return list(rows.select_related("case", "item", "officer__account").in_order())


def exceptions_by_body(officer: Officer | None = None) -> list[tuple[str, int]]:
    """How often each body told what could have been seen before; of one body, or of all, most first. One query (R2.7.a/3)."""
    rows = Finding.objects.approved_exceptions()
    if officer is not None:
        rows = rows.of_body(officer)
    counted = (
        rows.values_list("organisation__name").annotate(count=Count("pk")).order_by("-count", "organisation__name")
    )
    return list(counted)
