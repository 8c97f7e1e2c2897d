"""Building a town: the same again by its seed, taken up again when it was stopped, for whatever is shipped."""

from random import Random

import pytest
from pytest_django import Settings
from tests.cast import AT, PLACE
from tests.factories.town import fingerprint, settle, shipped_documents

from onething.catalogue.published import current_entry
from onething.kit.workdays import legal_date
from onething.parties.models import Account
from onething.submission.services import Owner, start_or_get_draft
from onething.town.build import NoDemonstration, build
from onething.town.filler import Filler, draw_answers
from onething.town.papers import sheets
from onething.town.values import Writer

pytestmark = pytest.mark.django_db

TODAY = legal_date(AT)
FEW = ("newborn", "restaurant-start")


def test_the_same_seed_makes_the_same_town() -> None:
    settle(FEW)
    for prefix, seed in (("one-", 7), ("two-", 7), ("other-", 8)):
        build(cases=2 if seed == 7 else 1, at=AT, seed=seed, prefix=prefix)
    assert fingerprint("one-") == fingerprint("two-")
    assert fingerprint("one-")[0][0] != fingerprint("other-")[0][0]


def test_a_run_that_was_stopped_in_a_draft_is_taken_up_again() -> None:
    settle(FEW)
    build(cases=1, at=AT, prefix="whole-")
    account = Account.objects.get(username="whole-000000")
    account.pk, account.username = None, "town-000000"
    account.save()
    start_or_get_draft(onething=FEW[0], owner=Owner(account), at=AT, place=PLACE)
    assert build(cases=1, at=AT).cases == 1
    assert fingerprint("town-") == fingerprint("whole-")


def test_no_town_where_no_demonstration_is(settings: Settings) -> None:
    settings.ONETHING_DEMO = False
    with pytest.raises(NoDemonstration):
        build(cases=1, at=AT)
    assert not Account.objects.exists()


def test_whatever_is_shipped_can_be_filled_in() -> None:
    settle()
    owner = Owner(Account.objects.get(username="zhouhang"))
    paper, lacks = sheets(), {}
    for key in shipped_documents():
        entry = current_entry(key, at=AT)
        assert entry is not None
        chance = Random(key)
        filler = Filler(owner, Writer(chance, PLACE, "海陵区", TODAY), paper)
        try:
            answers = draw_answers(entry.edition, place=PLACE, on=TODAY, chance=chance)
            draft = start_or_get_draft(onething=key, owner=owner, at=AT, place=PLACE)
            draft = filler.answer(draft, answers, at=AT)
            filler.fill(draft, at=AT)
            filler.hand_in(draft, at=AT)
            assert filler.check(draft, at=AT).pk == draft.pk
        except LookupError as lack:
            lacks[key] = str(lack)
    assert lacks == {}
