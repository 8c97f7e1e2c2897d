"""Multiplies the living town set-based, for load and for lists that are long: copies of its cases over a year.

A copy has the states, bodies, days and applicant's name of its original, an account and numbers of its own that say what it
is (`COPY-…`), and no log: the chain of events is keyed and cannot be written by a statement. Open cases are few, as in
life; they and the first of the ended ones keep their texts and can be opened whole, the others keep what lists show.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Max

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.states import ItemState
from onething.dispatch.models import Dispatch
from onething.kit import db
from onething.kit.errors import Refused
from onething.parties.models import Account
from onething.town.build import PREFIX, NoDemonstration
from onething.town.copies import copy_rows, table_of, unchecked

__all__ = ["COPY", "Scaled", "scale"]

COPY: Final = "COPY-"
# Ids of copies stand far above what sequences give; an item's id is its case's and its place.
FIRST_CASE: Final = 100_000_000
ITEM_STEP: Final = 100
# Of all cases so many are open; whole weeks back, so that a working day stays a day of the week.
OPEN_SHARE: Final = 0.03
WEEKS: Final = 44
WITH_TEXTS: Final = 20_000
PORTION: Final = 10_000
SCATTER: Final = 7919
MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Scaled:
    """How many copies there are now, and how many of them this run has made."""

    cases: int
    items: int
    new_items: int


@dataclass(frozen=True, slots=True)
class Original:
    """A case to copy, and how often. `items` are the keys and places of its items."""

    pk: int
    account: int
    is_open: bool
    items: tuple[tuple[int, int], ...]
    times: int


def scale(*, items: int, progress: Callable[[str], None] = lambda _: None) -> Scaled:
    """Copy the town's cases until there are so many items among the copies. Raises NoDemonstration, Refused without a town.

    What is there counts: asked for the same number again, it adds nothing.
    """
    if not settings.ONETHING_DEMO:
        raise NoDemonstration("这里不是演示环境，不复制办件")
    if not 0 < items <= MOST:
        raise Refused(f"数量要在1到{MOST}之间", code="scale_out_of_range")
    there = _copied_items()
    new = 0
    if there < items:
        originals = _originals(items - there)
        if not originals:
            raise Refused("还没有可以复制的演示办件，先用 --cases 建一些", code="no_town")
        with unchecked():
            for new in _copy_all(originals, items - there):
                progress(f"{there + new:,} of {items:,} items")
        with connection.cursor() as cursor:
            for table in (Account, OneThingCase, ItemCase, Dispatch, MaterialInstance):
                cursor.execute(f"ANALYZE {table_of(table)}")
    return Scaled(OneThingCase.objects.filter(pk__gte=FIRST_CASE).count(), there + new, new)


def _copied_items() -> int:
    return ItemCase.objects.filter(pk__gte=FIRST_CASE * ITEM_STEP).count()


def _originals(wanted: int) -> list[Original]:
    """The town's cases with how often each is copied, so that the copies have at least as many items as wanted."""
    rows = list(
        OneThingCase.objects.filter(account__username__startswith=PREFIX, pk__lt=FIRST_CASE)
        .exclude(items__state=ItemState.GRANTED)  # its documents are still to be issued, and would be for each copy
        .annotate(size=Count("items"))
        .order_by("pk")
        .values_list("pk", "account_id", "closed_at", "size")
    )
    groups = {is_open: [row for row in rows if (row[2] is None) is is_open] for is_open in (True, False)}
    shares = {True: OPEN_SHARE, False: 1 - OPEN_SHARE}
    if not groups[True] or not groups[False]:
        shares = {True: 1, False: 1}
    # Items that one case of the copies has on average, over both groups.
    mean = sum(shares[key] * sum(row[3] for row in group) / len(group) for key, group in groups.items() if group)
    places: dict[int, list[tuple[int, int]]] = {}
    for pk, case, ordinal in ItemCase.objects.filter(case__in=[row[0] for row in rows]).values_list(
        "pk", "case_id", "ordinal"
    ):
        places.setdefault(case, []).append((pk, ordinal))
    return [
        Original(pk, account, closed is None, tuple(places[pk]), _times(wanted / mean * shares[closed is None], group))
        for group in groups.values()
        for pk, account, closed, _ in group
    ]


def _times(cases: float, group: Sequence[object]) -> int:
    return max(1, ceil(cases / len(group)))


def _copy_all(originals: Sequence[Original], wanted: int) -> Iterator[int]:
    """Copy until enough; gives how many items there are after every portion."""
    highest = OneThingCase.objects.filter(pk__gte=FIRST_CASE).aggregate(highest=Max("pk"))["highest"]
    first = FIRST_CASE if highest is None else highest + 1
    whole = max(0, WITH_TEXTS - (first - FIRST_CASE)) // len(originals)
    done = told = 0
    for one in originals:
        left = one.times
        while left and done < wanted:
            size = min(left, PORTION, -(-(wanted - done) // len(one.items)))
            texts = size if one.is_open else min(size, max(0, whole - (one.times - left)))
            for begin, end, with_texts in ((first, first + texts, True), (first + texts, first + size, False)):
                if begin < end:
                    _copy(one, begin, end - 1, with_texts=with_texts)
            first, left, done = first + size, left - size, done + size * len(one.items)
            if done - told >= PORTION:
                told = done
                yield done
    if done != told:
        yield done


@db.transaction
def _copy(one: Original, first: int, last: int, *, with_texts: bool) -> None:
    """Some copies of one case, in one statement for each table."""
    back = "" if one.is_open else f" - make_interval(days => 7 * mod(n::bigint * {SCATTER}, {WEEKS})::int)"
    account = {"id": "n", "username": f"'{COPY.lower()}' || n"}
    copy_rows(Account, {"id": one.account}, first, last, account)
    case = {"id": "n", "number": f"'{COPY}' || n", "account_id": "n", "idempotency_key": "'copy'"}
    if not with_texts:
        case |= {"plan": "'{}'", "answers": "'{}'", "form_values": "'{}'"}
    copy_rows(OneThingCase, {"id": one.pk}, first, last, _earlier(OneThingCase, back) | case)
    place = f"n::bigint * {ITEM_STEP} + "
    item = {
        "id": f"{place} r.ordinal",
        "case_id": "n",
        "number": f"'{COPY}' || n || '-' || lpad(r.ordinal::text, 2, '0')",
        "moved_by_id": f"{place} (SELECT m.ordinal FROM {table_of(ItemCase)} m WHERE m.id = r.moved_by_id)",  # noqa: S608  # our own names
    }
    copy_rows(ItemCase, {"case_id": one.pk}, first, last, _earlier(ItemCase, back) | item)
    if not with_texts:
        return
    copy_rows(MaterialInstance, {"case_id": one.pk}, first, last, {"case_id": "n"})
    for pk, ordinal in one.items:
        copy_rows(Dispatch, {"item_id": pk}, first, last, _earlier(Dispatch, back) | {"item_id": f"{place}{ordinal}"})


def _earlier(model: type[models.Model], back: str) -> dict[str, str]:
    """All moments and days of a row, moved back by the same time."""
    found: dict[str, str] = {}
    for field in model._meta.concrete_fields if back else ():  # noqa: SLF001  # Django's documented Meta API
        if field.generated or not isinstance(field, models.DateField):  # a DateTimeField is one too
            continue
        day = "" if isinstance(field, models.DateTimeField) else "::date"
        found[str(field.column)] = f'(r."{field.column}"{back}){day}'
    return found
