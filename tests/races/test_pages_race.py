"""Two tabs that order the pages of one paper at once: every page keeps a place of its own. First shown to happen."""

import threading

import pytest
from tests.cast import AT
from tests.factories.cases import World, begin_draft, make_world, picture
from tests.races.test_submit_race import at_once

from onething.submission.models import Draft, DraftMaterial
from onething.submission.services import attach_material, move_material, turn_material

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SITE = "样例场所证"


def pages_of(world: World, draft: Draft) -> list[DraftMaterial]:
    """Three pages handed in, in their order."""
    return [
        attach_material(
            draft_id=draft.pk,
            owner=world.owner,
            key=SITE,
            subject="",
            file=picture(seed),
            file_name=f"{seed}.jpg",
            at=AT,
        )
        for seed in (11, 12, 13)
    ]


def move(world: World, draft: Draft, row: DraftMaterial, *, later: bool) -> None:
    move_material(draft_id=draft.pk, owner=world.owner, material_id=row.pk, later=later, at=AT)


def kept(draft: Draft) -> list[tuple[int, str]]:
    return list(DraftMaterial.objects.filter(draft=draft).order_by("page").values_list("page", "file_name"))


def test_without_the_lock_two_moves_lose_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: both read the same places, and one is told that it failed, or undone."""
    world = make_world()
    draft = begin_draft(world)
    first, _, third = pages_of(world, draft)
    everybody = threading.Barrier(2)
    module = __import__(move_material.__module__, fromlist=["lock_draft"])
    swap = module._swap

    def met(one: DraftMaterial, other: DraftMaterial, *, free: int) -> None:
        everybody.wait(timeout=30)
        swap(one, other, free=free)

    monkeypatch.setattr(module, "lock_draft", lambda draft_id, *_, **__: Draft.objects.get(pk=draft_id))
    monkeypatch.setattr(module, "_swap", met)
    answers = at_once(lambda number: move(world, draft, (first, third)[number], later=not number), 2)
    assert any(isinstance(answer, Exception) for answer in answers), (answers, kept(draft))


def test_two_moves_at_once_are_two_moves() -> None:
    world = make_world()
    draft = begin_draft(world)
    first, _, third = pages_of(world, draft)
    answers = at_once(lambda number: move(world, draft, (first, third)[number], later=not number), 2)
    assert answers == [None, None]
    # Whoever came first: 11 goes back one place and 13 comes forward one, in one order or the other.
    assert [page for page, _ in kept(draft)] == [1, 2, 3]
    assert [name for _, name in kept(draft)] in (
        ["12.jpg", "13.jpg", "11.jpg"],
        ["13.jpg", "11.jpg", "12.jpg"],
        ["12.jpg", "11.jpg", "13.jpg"],
        ["13.jpg", "12.jpg", "11.jpg"],
    )


def test_a_page_turned_twice_at_once_is_turned_once() -> None:
    """Two taps on one button saw the same picture; the second finds another and leaves it."""
    world = make_world()
    draft = begin_draft(world)
    row = pages_of(world, draft)[0]
    turned = [picture(21), picture(22)]
    at_once(
        lambda number: turn_material(
            draft_id=draft.pk, owner=world.owner, material_id=row.pk, seen=row.file, turned=turned[number], at=AT
        ),
        2,
    )
    now = DraftMaterial.objects.get(pk=row.pk)
    assert now.file in turned
    turn_material(draft_id=draft.pk, owner=world.owner, material_id=row.pk, seen=row.file, turned=picture(23), at=AT)
    assert DraftMaterial.objects.get(pk=row.pk).file == now.file
