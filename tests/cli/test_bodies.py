"""`onething bodies succeed`: first what would go over, then done once, refused with what holds now (R2.8.a)."""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.cast import PLACE
from tests.factories.cases import World, item_of, make_case, make_world

from onething.cases.models import ItemCase
from onething.cli.bodies import add_parser, succeed
from onething.dispatch.models import Dispatch
from onething.dispatch.services import claim_task, hand_over_open_work
from onething.kit.workdays import legal_date
from onething.parties.models import Organisation
from onething.parties.services import load_places_and_bodies

pytestmark = pytest.mark.django_db
OLD, NEW = "hailing-market", "hailing-approval"
BASIS = "示例机构改革方案（测试用）"


@pytest.fixture
def world() -> World:
    world = make_world()
    Organisation.objects.create(key=NEW, name="海陵区行政审批局", division_id=PLACE)
    case = make_case(world)
    claim_task(item_id=item_of(case, "licence").pk, officer=world.officers["market"], at=timezone.now())
    return world


def options(*words: str, on: date | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    day = on or legal_date(timezone.now())
    asked = words if [one for one in words if not one.startswith("-")] else (OLD, NEW, *words)
    return parser.parse_args(["bodies", "succeed", *asked, "--on", day.isoformat(), "--basis", BASIS])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_without_do_it_only_says_what_would_go_over(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = ItemCase.objects.of_body(world.town.bodies["market"].pk).open().count()
    assert succeed(options("--json")) == 0
    said = told(capsys)
    assert (said["done"], said["items"], said["claimed"]) == (False, before, 1)
    assert said["officers"] == 3  # two reviewers, and the coordinator who sits there
    assert not Organisation.objects.exclude(successor=None).exists()
    assert succeed(options()) == 0
    assert "Nothing was changed" in capsys.readouterr().out


def test_done_once_it_hands_over_and_a_second_time_nothing_is_left(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert succeed(options("--do", "--json")) == 0
    assert told(capsys)["cases"] == 1
    heir = Organisation.objects.get(key=NEW)
    assert not ItemCase.objects.of_body(world.town.bodies["market"].pk).open().exists()
    assert ItemCase.objects.of_body(heir.pk).open().exists()
    sent = Dispatch.objects.filter(organisation=heir)
    assert sent.exists()
    assert all(BASIS in one.sent_reason for one in sent)
    assert succeed(options("--do", "--json")) == 0
    again = told(capsys)
    assert (again["items"], again["cases"]) == (0, 0)


def test_a_day_to_come_is_noted_and_the_worker_does_it(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    day = legal_date(timezone.now()) + timedelta(days=10)
    assert succeed(options("--do", on=day)) == 0
    assert "when the day has come" in capsys.readouterr().out
    old = Organisation.objects.get(key=OLD)
    assert old.successor is not None
    assert (old.successor.key, old.valid_to) == (NEW, day - timedelta(days=1))
    assert ItemCase.objects.of_body(old.pk).open().exists()
    assert hand_over_open_work(at=timezone.now() + timedelta(days=10)) == 1


@pytest.mark.parametrize(
    ("names", "change", "words", "code"),
    [
        ((OLD, "nobody"), {}, "no body nobody", 2),
        ((OLD, OLD), {}, "不能由自己承接", 1),
        ((OLD, NEW), {"valid_from": date(2999, 1, 1)}, "才成立", 1),
        ((OLD, NEW), {"valid_to": date(2020, 1, 1)}, "就没有了", 1),
        ((OLD, NEW), {"successor": OLD}, "不能互相承接", 1),
        (("hailing-health", NEW), {"taken": True}, "已经由别的单位承接", 1),
    ],
)
def test_what_cannot_be_is_refused_with_what_holds_now(
    world: World,
    capsys: pytest.CaptureFixture[str],
    names: tuple[str, str],
    change: dict[str, Any],
    words: str,
    code: int,
) -> None:
    old = Organisation.objects.get(key=OLD)
    if change.get("taken"):
        Organisation.objects.filter(key="hailing-health").update(successor=old)
    elif change.get("successor"):
        Organisation.objects.filter(key=NEW).update(successor=old)
    elif change:
        Organisation.objects.filter(key=NEW).update(**change)
    for more in ((), ("--do",)):
        assert succeed(options(*names, *more)) == code
        assert words in capsys.readouterr().err
    assert ItemCase.objects.of_body(old.pk).open().exists()


def test_a_day_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    with pytest.raises(SystemExit) as stop:
        parser.parse_args(["bodies", "succeed", OLD, NEW, "--on", "2026-02-30", "--basis", "x"])
    assert stop.value.code == 2
    assert "is no day" in capsys.readouterr().err


def test_the_files_do_not_bring_a_body_back_to_life(world: World, tmp_path: Path) -> None:
    """They are loaded with every publishing; they win as soon as they name an end themselves."""
    assert succeed(options("--do")) == 0
    ended = Organisation.objects.get(key=OLD).valid_to
    (tmp_path / "divisions.yaml").write_text(
        "divisions:\n  - {code: '321202', name: 海陵区, level: county}\n", encoding="utf-8"
    )
    line = "  - {key: %s, name: 海陵区市场监督管理局, division: '321202', kind: department, provenance: invented%s}\n"
    for more, holds in (("", ended), (", valid_to: 2026-01-31", date(2026, 1, 31))):
        file = tmp_path / "organisations.yaml"
        file.write_text("organisations:\n" + line % (OLD, more), encoding="utf-8")
        load_places_and_bodies(tmp_path)
        assert Organisation.objects.get(key=OLD).valid_to == holds
