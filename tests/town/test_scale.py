"""Copies for load: as many as asked, marked, whole where somebody may look, and no more at a second time."""

import pytest
from django.conf import settings as installed
from django.test import Client
from pytest_django import Settings
from tests.cast import AT
from tests.factories.town import settle

from onething.cases.models import ItemCase, OneThingCase
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Account, Officer
from onething.town import scale as module
from onething.town.build import NoDemonstration, build
from onething.town.scale import COPY, scale
from onething.town.summary import summary

pytestmark = pytest.mark.django_db

ITEMS = 5000


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=installed.AUTHENTICATION_BACKENDS[0])
    return client


def test_five_thousand_items_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WITH_TEXTS", 40)
    settle(["newborn", "restaurant-start"])
    build(cases=4, at=AT)
    told: list[str] = []
    made = scale(items=ITEMS, progress=told.append)
    copies = ItemCase.objects.filter(number__startswith=COPY)
    assert ITEMS <= made.items == made.new_items == copies.count() < ITEMS + 20
    assert told[-1].startswith(f"{made.items:,} of {ITEMS:,}")
    assert scale(items=ITEMS).new_items == 0
    assert summary(at=AT).items == made.items + ItemCase.objects.exclude(number__startswith=COPY).count()
    cases = OneThingCase.objects.filter(number__startswith=COPY)
    assert cases.filter(closed_at=None).count() < cases.count() / 4
    assert 250 < (legal_date(AT) - legal_date(cases.order_by("submitted_at")[0].submitted_at)).days < 600
    assert not copies.exclude(moved_by=None).exclude(moved_by__case_id__gte=module.FIRST_CASE).exists()
    bare = cases.exclude(closed_at=None).order_by("-pk")[0]
    assert (bare.plan, bare.answers, bare.form_values) == ({}, {}, {})
    for case in (cases.filter(closed_at=None)[0], bare):
        assert signed_in(case.account).get(f"/cases/{case.number}/").status_code == 200
        item = case.items.exclude(state="waiting").in_order()[0]
        officer = Officer.objects.in_role(Officer.Role.REVIEWER).get(organisation=item.organisation)
        assert signed_in(officer.account).get(f"/review/tasks/{item.number}/").status_code == 200


def test_nothing_to_copy_is_said() -> None:
    with pytest.raises(Refused, match="--cases"):
        scale(items=10)
    with pytest.raises(Refused):
        scale(items=1_000_001)


def test_no_copies_where_no_demonstration_is(settings: Settings) -> None:
    settings.ONETHING_DEMO = False
    with pytest.raises(NoDemonstration):
        scale(items=10)
