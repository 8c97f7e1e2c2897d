"""`onething audit`: finds what was done behind its back, searches for an auditor, prints no personal data (R5.6)."""

import argparse
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.cast import AT, Name
from tests.factories.cases import World, grant, item_of, make_case, make_world, refuse

from onething import cli
from onething.audit.reads import seal_reads
from onething.audit.services import log_read
from onething.cases.models import ItemCase, OneThingCase
from onething.cli.audit import add_parser, audit_heads, audit_list, audit_verify

pytestmark = pytest.mark.django_db


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["audit", *words])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def case(world: World) -> OneThingCase:
    """One case granted, looked at by two officers on two days, and sealed."""
    case = make_case(world)
    grant(world, item_of(case, "licence"))
    for officer, days in ((world.officers["market"], 0), (world.officers["health"], 1)):
        at = AT + timedelta(days=days)
        log_read(account=officer.account_id, case_number=case.number, what="task", at=at)
    seal_reads(at=AT)
    return case


def test_a_sound_log_is_sound(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_verify(options("verify", "--json")) == 0
    (summary,) = lines(capsys)
    assert (summary["chains"], summary["unsealed_reads"], summary["faults"]) == (2, 0, 0)
    assert audit_verify(options("verify", "--case", case.number.lower())) == 0
    assert "faults 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("audit_event", "DELETE FROM audit_event WHERE case_number <> 'reads' AND seq = 2"),
        ("audit_event", "UPDATE audit_event SET kind = 'item.refused' WHERE kind = 'item.granted'"),
        ("audit_readlog", "DELETE FROM audit_readlog WHERE id = (SELECT min(id) FROM audit_readlog)"),
    ],
)
def test_what_the_owner_of_the_database_did_is_found(
    case: OneThingCase, table: str, sql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
    assert audit_verify(options("verify")) == 1
    assert "faults 0" not in capsys.readouterr().out


def test_a_state_that_the_log_does_not_give_is_found(case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    """I11: replaying the events gives what is stored."""
    ItemCase.objects.filter(case=case, key="sign-check").update(
        state="in_review", accepted_at=AT, accepted_on=AT.date()
    )
    assert audit_verify(options("verify", "--case", case.number)) == 1
    assert "stored in_review" in capsys.readouterr().out


def test_a_whole_log_removed_is_found_by_the_case_that_is_there(
    case: OneThingCase, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE case_number = %s", [case.number])
        cursor.execute("DELETE FROM audit_eventhead WHERE case_number = %s", [case.number])
    assert audit_verify(options("verify")) == 1


def test_an_unknown_case_or_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_verify(options("verify", "--case", "nowhere")) == cli.USAGE
    assert audit_list(options("list", "--staff", "nobody")) == cli.USAGE
    assert "nobody" in capsys.readouterr().err
    for words in (["list", "--from", "yesterday"], ["list", "--limit", "0"], ["list", "--acts", "--reads"]):
        with pytest.raises(SystemExit) as ended:
            options(*words)
        assert ended.value.code == cli.USAGE


def test_an_auditor_finds_by_case_staff_person_and_period(
    world: World, case: OneThingCase, capsys: pytest.CaptureFixture[str]
) -> None:
    market, health = world.officers["market"].account, world.officers["health"].account
    refuse(world, item_of(make_case(world), "licence"))  # of another case

    def found(*words: str) -> list[dict[str, object]]:
        assert audit_list(options("list", "--json", *words)) == 0
        return lines(capsys)

    assert {one["case"] for one in found("--case", case.number)} == {case.number}
    assert [one["account"] for one in found("--case", case.number, "--reads")] == [market.pk, health.pk]
    acts = found("--staff", market.username, "--acts", "--case", case.number)
    assert [(one["act"], one["account"]) for one in acts] == [
        ("item.claimed", market.pk),
        ("item.accepted", market.pk),
        ("document.issued", market.pk),
        ("item.granted", market.pk),
    ]  # fmt: skip
    assert [one["account"] for one in found("--reads", "--from", "2026-11-26")] == [health.pk]
    assert [one["account"] for one in found("--reads", "--to", "2026-11-25")] == [market.pk]
    assert len(found("--person", world.account.username, "--reads")) == 2
    assert found("--person", world.stranger.username) == []
    assert len(found("--limit", "1")) == 1


def test_nothing_printed_is_personal(world: World, case: OneThingCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_list(options("list")) == 0
    told = capsys.readouterr().out
    assert case.number in told
    for name in (Name.APPLICANT, Name.REVIEWER, "阿依古丽", "符合条件"):
        assert name not in told


def test_heads_written_out_are_compared(
    world: World, case: OneThingCase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit_heads(options("heads")) == 0
    kept = tmp_path / "heads.jsonl"
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    grant(world, item_of(case, "food-permit"))
    assert audit_heads(options("heads", "--compare", str(kept))) == 0
    with connection.cursor() as cursor:  # an older copy, put back
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE case_number = 'reads'")
        cursor.execute("DELETE FROM audit_eventhead WHERE case_number = 'reads'")
    assert audit_heads(options("heads", "--compare", str(kept), "--json")) == 1
    assert [one["case_number"] for one in lines(capsys)] == ["reads"]
    kept.write_text('{"case_number": "x"}\n', encoding="utf-8")
    assert audit_heads(options("heads", "--compare", str(kept))) == cli.USAGE
