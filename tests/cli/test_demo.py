"""`onething demo`: who is there, a town on demand, counts for programs, refused where no demonstration is."""

import argparse
import json

import pytest
from pytest_django import Settings
from tests.factories.town import settle

from onething import cli
from onething.cli.demo import add_parser, load_and_tell
from onething.parties.demo import RESIDENTS
from onething.submission.models import Draft


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["demo", *words])


@pytest.mark.django_db
def test_it_tells_the_people_and_counts_the_town(capsys: pytest.CaptureFixture[str]) -> None:
    settle(["newborn"])
    assert load_and_tell(options("--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one.username for one in RESIDENTS} < {one["username"] for one in told["accounts"]}
    assert told["town"] is None
    assert load_and_tell(options("--json", "--cases", "2", "--scale", "30")) == 0
    said = capsys.readouterr()
    town = json.loads(said.out)["town"]
    assert town["cases"] == sum(town["states"].values()) == sum(town["things"]["newborn"].values())
    assert town["items"] >= 30
    assert "2 cases and 0 drafts are new" in said.err
    assert load_and_tell(options("--cases", "2")) == 0
    assert "0 cases and 0 drafts are new, 2 were there" in capsys.readouterr().err


@pytest.mark.django_db
def test_nobody_is_invented_where_no_demonstration_is(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ONETHING_DEMO = False
    assert load_and_tell(options("--cases", "2")) == 1
    assert "no demonstration" in capsys.readouterr().err
    assert not Draft.objects.exists()


@pytest.mark.parametrize("words", [["--cases", "0"], ["--scale", "many"], ["--cases", "-3"]])
def test_a_number_is_a_number(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        options(*words)
    assert ended.value.code == cli.USAGE
    assert "--" in capsys.readouterr().err
