"""`onething clocks verify`: finds every day that was changed behind the log's back, and says nothing where all agrees (R5.4, I9)."""

import argparse
import json
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world

from onething.cases import derived
from onething.cases.models import ItemCase, OneThingCase
from onething.cli.clocks import add_parser, clocks_verify
from onething.dispatch.services import Stopping, accept_item, resume_clock, stop_clock

pytestmark = pytest.mark.django_db


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["clocks", "verify", *words])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    """The licence stopped once and granted, the food permit accepted."""
    case, officer = make_case(world), world.officers["market"]
    licence = item_of(case, "licence")
    accept_item(item_id=licence.pk, officer=officer, at=AT)
    stop_clock(item_id=licence.pk, officer=officer, stopping=Stopping("testing", "某条", 3), at=AT + timedelta(days=1))
    resume_clock(item_id=licence.pk, officer=officer, at=AT + timedelta(days=2))
    return case


def test_what_agrees_is_said_to_agree(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert clocks_verify(options("--json")) == 0
    assert lines(capsys) == [{"cases": 1, "items": case.items.count(), "differences": 0}]
    assert clocks_verify(options("--case", case.number.lower())) == 0
    assert "differences 0" in capsys.readouterr().out


@pytest.mark.parametrize("column", ["promised_due", "near_from", "statutory_due", "accepted_on", "started_on"])
def test_one_changed_day_is_found(case: OneThingCase, column: str, capsys: pytest.CaptureFixture[str]) -> None:
    licence = item_of(case, "licence")
    before = getattr(licence, column)
    ItemCase.objects.filter(pk=licence.pk).update(**{column: date(2027, 3, 1)})
    assert clocks_verify(options("--json")) == 1
    difference, summary = lines(capsys)
    assert (difference["item"], difference["what"]) == (licence.number, column)
    assert (difference["stored"], difference["expected"]) == ("2027-03-01", before.isoformat())
    assert summary["differences"] == 1


def test_it_reads_in_portions_and_says_how_far_it_is(
    world: World, case: OneThingCase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(derived, "PORTION", 1)
    grant(world, item_of(make_case(world), "licence"))
    assert clocks_verify(options()) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in told] == ["1 cases", "2 cases"]


def test_an_unknown_case_is_wrong_use(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert clocks_verify(options("--case", "321202-nowhere")) == 2
    assert "no case" in capsys.readouterr().err
