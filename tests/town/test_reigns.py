"""The town's cases follow an edition only while it held; so none is older than what it is handled by."""

from datetime import timedelta

import pytest
from tests.cast import AT
from tests.factories.editions import publish_things, thing_document
from tests.factories.plans import shipped_document
from tests.factories.town import OPENED, settle

from onething.catalogue.services import publish
from onething.kit.workdays import legal_date
from onething.submission.models import Draft
from onething.town.build import build
from onething.town.reigns import reigns

pytestmark = pytest.mark.django_db

RECENT = AT - timedelta(days=3)


def test_of_two_editions_the_one_that_held_longest_is_followed_and_only_while_it_held() -> None:
    publish_things("newborn", "death", at=OPENED)
    publish([thing_document("newborn", summary="改了")], effective_at=RECENT, at=RECENT)
    death, newborn = reigns(since=OPENED, at=AT)
    assert (death.since, death.until) == (OPENED, AT)  # a release of something else is no break
    assert (newborn.since, newborn.until, newborn.edition.ordinal) == (OPENED, RECENT, 1)
    assert newborn.covers(legal_date(OPENED))
    assert not newborn.covers(legal_date(OPENED) - timedelta(days=1))
    assert not newborn.covers(legal_date(RECENT) + timedelta(days=1))
    later = OPENED + timedelta(days=30)
    (_, newborn) = reigns(since=later, at=AT + timedelta(days=300))
    assert (newborn.since, newborn.edition.ordinal) == (RECENT, 2)


def test_what_is_no_longer_offered_has_no_cases() -> None:
    publish_things("newborn", "death", at=OPENED)
    publish([thing_document("death")], effective_at=RECENT, at=RECENT, complete=True)
    assert [reign.edition.onething for reign in reigns(since=OPENED, at=AT)] == ["death"]


def test_a_catalogue_published_just_now_has_cases_of_just_now() -> None:
    settle(["newborn"])
    minute = AT + timedelta(minutes=1)
    publish([{**shipped_document("death")}], effective_at=minute, at=minute, complete=True)
    assert [reign.edition.onething for reign in reigns(since=OPENED, at=minute)] == ["death"]
    build(cases=1, at=minute)
    (draft,) = Draft.objects.select_related("case")
    assert (draft.onething, draft.created_at) == ("death", minute)
    assert draft.case is not None
    assert draft.case.submitted_at == minute
