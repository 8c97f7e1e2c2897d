"""Papers that may follow (容缺): handed in after the submission, once for all who ask, until they have decided (R2.5.c, I10, I11)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import AT
from tests.factories.cases import World, fill_draft, grant, item_of, make_case, make_world, picture, refuse

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.derived import check_derived_states
from onething.cases.models import MaterialInstance, OneThingCase
from onething.dispatch.reading import materials_of_item
from onething.kit.errors import Refused
from onething.parties.models import Account
from onething.submission.services import (
    NoLongerNeeded,
    NotAsked,
    TooManyPages,
    attach_material,
    following_papers,
    hand_in_later,
    submit,
)

pytestmark = pytest.mark.django_db

RULES = "食品安全制度"  # what the small shop lets follow; only the food permit asks it


def follow(
    world: World, case: OneThingCase, *, key: str = RULES, seed: int = 7, account: Account | None = None
) -> MaterialInstance:
    return hand_in_later(
        case_id=case.pk,
        account=account or world.account,
        key=key,
        subject="",
        file=picture(seed),
        file_name=f"阿依古丽的制度{seed}.jpg",
        at=AT,
    )


def papers(case: OneThingCase) -> dict[str, tuple[bool, bool, int]]:
    items = list(case.items.order_by("ordinal"))
    return {one.paper.key: (one.is_lacking, one.is_open, len(one.pages)) for one in following_papers(case, items)}


def test_what_may_follow_is_lacking_until_it_is_there() -> None:
    world = make_world()
    case = make_case(world)
    assert papers(case) == {RULES: (True, True, 0)}
    row = follow(world, case)
    assert papers(case) == {RULES: (False, True, 1)}
    assert (row.page, row.followed_at, row.items) == (1, AT, ["food-permit"])
    assert MaterialInstance.objects.filter(case=case, key=RULES).count() == 1  # the place was filled, not doubled
    assert row in materials_of_item(item_of(case, "food-permit"))
    assert row not in materials_of_item(item_of(case, "licence"))


def test_it_may_be_repeated_and_more_pages_may_come() -> None:
    world = make_world()
    case = make_case(world)
    first = follow(world, case)
    assert follow(world, case).pk == first.pk
    assert follow(world, case, seed=8).page == 2
    assert Event.objects.filter(case_number=case.number, kind="material.followed").count() == 2


def test_the_event_says_nothing_about_the_person_and_the_log_stays_sound() -> None:
    world = make_world()
    case = make_case(world)
    row = follow(world, case)
    event = Event.objects.get(case_number=case.number, kind="material.followed")
    assert event.payload == {"material": row.pk, "page": 1, "file": row.file_id}
    assert event.actor == world.account.pk
    assert verify_chain(case.number) == []
    assert list(check_derived_states(numbers=[case.number])) == []


def test_nothing_follows_once_everybody_who_asks_it_has_decided() -> None:
    world = make_world()
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    taken = follow(world, case)
    refuse(world, item_of(case, "food-permit"))
    assert papers(case) == {RULES: (False, False, 1)}
    assert follow(world, case).pk == taken.pk  # the answer to the first one was lost on its way
    with pytest.raises(NoLongerNeeded, match=r"已经办结或者撤回.*12345"):
        follow(world, case, seed=8)
    assert MaterialInstance.objects.filter(case=case, key=RULES).count() == 1


def test_what_the_situation_does_not_let_follow_is_not_taken() -> None:
    world = make_world()
    case = make_case(world)
    for key in ("样例场所证", "不侵权承诺", "business-licence", "护照"):  # there, promised, comes by itself, unknown
        with pytest.raises(NotAsked):
            follow(world, case, key=key)
    assert papers(make_case_without_food(world)) == {}


def make_case_without_food(world: World) -> OneThingCase:
    draft = fill_draft(world, food="no")
    done = submit(draft_id=draft.pk, owner=world.owner, idempotency_key="no-food", declaration=True, at=AT)
    return OneThingCase.objects.get(pk=done.case_id)


def test_what_was_there_at_the_submission_does_not_follow() -> None:
    world = make_world()
    draft = fill_draft(world)
    attach_material(
        draft_id=draft.pk, owner=world.owner, key=RULES, subject="", file=picture(3), file_name="a.jpg", at=AT
    )
    done = submit(draft_id=draft.pk, owner=world.owner, idempotency_key="all", declaration=True, at=AT)
    case = OneThingCase.objects.get(pk=done.case_id)
    assert papers(case) == {}
    with pytest.raises(NotAsked):
        follow(world, case)


def test_nobody_hands_anything_into_somebody_elses_case() -> None:
    world = make_world()
    case = make_case(world)
    with pytest.raises(Refused, match="不是您的申请"):
        follow(world, case, account=world.stranger)
    assert papers(case) == {RULES: (True, True, 0)}


def test_there_is_an_end_to_the_pages() -> None:
    world = make_world()
    case = make_case(world)
    for seed in range(20):
        follow(world, case, seed=seed + 5)
    with pytest.raises(TooManyPages):
        follow(world, case, seed=40)


def test_reading_takes_one_query_and_one_more_where_something_follows() -> None:
    world = make_world()
    case = OneThingCase.objects.without_content().get(pk=make_case(world).pk)
    items = list(case.items.order_by("ordinal"))
    with CaptureQueriesContext(connection) as captured:
        following_papers(case, items)
    assert len(captured) == 2
    MaterialInstance.objects.filter(case=case, key=RULES).delete()
    with CaptureQueriesContext(connection) as captured:
        assert following_papers(case, items) == []
    assert len(captured) == 1
