"""Two papers that follow at once (容缺): none takes the other's place, none slips past a decision. First shown to happen."""

import threading

import pytest
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world, picture
from tests.races.test_submit_race import at_once

from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.services import LockedCase
from onething.dispatch.services import Decision, accept_item, decide_item
from onething.files.models import StoredFile
from onething.submission.services import NoLongerNeeded, hand_in_later

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RULES = "食品安全制度"


def follow(world: World, case: OneThingCase, file: StoredFile) -> MaterialInstance:
    return hand_in_later(
        case_id=case.pk, account=world.account, key=RULES, subject="", file=file, file_name=f"{file.pk}.jpg", at=AT
    )


def kept(case: OneThingCase) -> list[tuple[int, int | None]]:
    return list(MaterialInstance.objects.filter(case=case, key=RULES).order_by("page").values_list("page", "file_id"))


def test_without_the_lock_one_of_two_pages_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the next test tests something: both find the same empty place, and both are told that it went well."""
    world = make_world()
    case, files = make_case(world), [picture(11), picture(12)]
    everybody = threading.Barrier(2)

    def unlocked(case_id: int) -> LockedCase:
        return LockedCase(OneThingCase.objects.get(pk=case_id), list(ItemCase.objects.filter(case_id=case_id)))

    def met(row: MaterialInstance) -> bool:
        everybody.wait(timeout=30)
        return row.file_id is None

    module = __import__(hand_in_later.__module__, fromlist=["lock_case"])
    monkeypatch.setattr(module, "lock_case", unlocked)
    monkeypatch.setattr(module, "_may_follow", met)
    answers = at_once(lambda number: follow(world, case, files[number]), 2)
    assert all(isinstance(answer, MaterialInstance) for answer in answers), answers
    assert len(kept(case)) == 1


def test_two_pages_at_once_are_two_pages() -> None:
    world = make_world()
    case, files = make_case(world), [picture(seed) for seed in (11, 12, 13, 14)]
    answers = at_once(lambda number: follow(world, case, files[number]), 4)
    assert all(isinstance(answer, MaterialInstance) for answer in answers), answers
    pages = kept(case)
    assert [page for page, _ in pages] == [1, 2, 3, 4]
    assert {file for _, file in pages} == {file.pk for file in files}
    assert verify_chain(case.number) == []


def test_the_same_page_twice_at_once_is_one_page() -> None:
    world = make_world()
    case, file = make_case(world), picture(11)
    answers = at_once(lambda _: follow(world, case, file), 4)
    assert {answer.pk for answer in answers if isinstance(answer, MaterialInstance)} == {
        MaterialInstance.objects.get(case=case, key=RULES).pk
    }
    assert kept(case) == [(1, file.pk)]


def test_a_page_is_there_before_the_decision_or_refused() -> None:
    world = make_world()
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    item, file = item_of(case, "food-permit"), picture(11)
    officer = world.reviewer(item)
    accept_item(item_id=item.pk, officer=officer, at=AT)
    decision = Decision(granted=True, opinion="同意。", basis="食品安全法第三十五条")
    answers = at_once(
        lambda number: (
            follow(world, case, file)
            if number
            else decide_item(item_id=item.pk, officer=officer, decision=decision, at=AT)
        ),
        2,
    )
    assert isinstance(answers[0], ItemCase), answers
    assert isinstance(answers[1], (MaterialInstance, NoLongerNeeded)), answers
    assert (kept(case)[0][1] is not None) == isinstance(answers[1], MaterialInstance)
