"""`onething plan` and `onething catalogue` as a person calls them."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.catalogue.test_check import SOUND

from onething.cli import main

NEWBORN = {
    "birth-place": "institution", "claim-time": "within-1-month", "parents-marital": "married", "parent-info": "both",
    "ethnicity-same": "same", "settle-with": "mother", "householder": "mother", "collector": "mother",
    "maternity-insured": "insured", "hospital-settled": "settled",
}  # fmt: skip


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    def write(value: object) -> str:
        path = tmp_path / "answers.json"
        path.write_text(json.dumps(value), "utf-8")
        return str(path)

    return write


@pytest.fixture
def thing(tmp_path: Path) -> str:
    path = tmp_path / "thing.yaml"
    path.write_text(yaml.safe_dump(SOUND, allow_unicode=True), "utf-8")
    return str(path)


def test_plans_a_shipped_thing(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["plan", "newborn", "--answers", answers(NEWBORN), "--place", "321202", "--on", "2026-11-23", "--json"])
        == 0
    )
    plan = json.loads(capsys.readouterr().out)
    assert plan["onething"] == "newborn"
    assert len(plan["edition"]) == 64
    assert {"key", "name", "function", "stage", "after", "trigger", "counts_towards_promise", "route"} <= plan["items"][
        0
    ].keys()
    assert {"party", "element", "label", "type", "required", "asked_by", "source"} <= plan["form"][0].keys()
    assert {"key", "name", "asked_by", "obtained", "produced_by", "required"} <= plan["materials"][0].keys()
    assert {"working_days", "target", "lines"} <= plan["promise"].keys()
    assert plan["promise"]["target"] == 5  # the published figure; the computed path is longer
    assert plan["promise"]["working_days"] > 5
    assert {"before", "after"} <= plan["reductions"].keys()


def test_plans_a_loose_file_with_some_items(thing: str, answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["plan", thing, "--answers", answers({"place": "in", "paid": ["no"]}), "--choose", "first", "--json"]) == 0
    )
    plan = json.loads(capsys.readouterr().out)
    assert [item["key"] for item in plan["items"]] == ["first"]
    assert plan["left_out"] == [{"key": "second", "name": "后办的", "loses": ["乙证"]}]
    assert plan["form"][0]["element"] == "姓名"
    assert plan["form"][0]["asked_by"] == [{"item": "first", "basis": "《某法》第一条"}]


def test_tells_a_person_in_words(thing: str, answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", thing, "--answers", answers({}), "--on", "2026-02-13"]) == 0
    told = capsys.readouterr().out
    assert "还要回答：在哪里？" in told
    assert "先办的（甲部门）" in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"plase": "in"}, "没有问题“plase”"),
        ({"place": "inn"}, "没有选项inn"),
        ({"place": ["in", "out"]}, "只能选一个"),
        ([], "JSON 对象"),
    ],
)
def test_refuses_wrong_answers(
    given: object, said: str, thing: str, answers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", thing, "--answers", answers(given)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (["--choose", "third"], "没有事项“third”"),
        (["--on", "23.11.2026"], "--on 要写成"),
        (["--place", "Taizhou"], "321202 海陵区"),
        (["--place", "３２１２０２"], "321202 海陵区"),
        (["--place", "999999"], "321202 海陵区"),
        (["--place", "321271"], "321202 海陵区"),  # counted by the statistics only, no jurisdiction
    ],
)
def test_refuses_wrong_options(
    extra: list[str], said: str, thing: str, answers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", thing, "--answers", answers({}), *extra]) == 2
    assert said in capsys.readouterr().err


def test_names_a_thing_that_is_not_there(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "no-such-thing", "--answers", answers({})]) == 2
    assert "no-such-thing" in capsys.readouterr().err


def test_check_reports_and_exits_by_severity(thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "check", thing, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["errors"] == 0
    assert report["unverified"] > 0
    assert main(["catalogue", "check", thing, "--official"]) == 1
    capsys.readouterr()
    broken = tmp_path / "broken.yaml"
    broken.write_text("key: a\nname: b\nitmes: []\n", "utf-8")
    assert main(["catalogue", "check", str(broken), "--json"]) == 1
    (unknown,) = [row for row in json.loads(capsys.readouterr().out)["findings"] if row["code"] == "unknown-key"]
    assert (unknown["file"], unknown["line"], unknown["at"]) == ("broken.yaml", 3, "itmes")
    assert "items" in unknown["remedy"]
    assert main(["catalogue", "check", str(tmp_path / "nowhere")]) == 2


def test_export_and_diff(thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "export", thing, "--to", str(tmp_path / "out")]) == 0
    exported = tmp_path / "out" / "sound.json"
    assert json.loads(exported.read_text("utf-8"))["key"] == "sound"
    capsys.readouterr()
    assert main(["catalogue", "diff", str(exported), thing]) == 0
    assert "没有不同" in capsys.readouterr().out
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({**SOUND, "name": "改名"}, allow_unicode=True), "utf-8")
    assert main(["catalogue", "diff", thing, str(other), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"sound": ["名称：从“样例一件事”改为“改名”"]}


def test_diff_of_two_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "thing.yaml"
    rule = {"place": "321200", "name": "某市", "says": "快两天", "valid_from": "2026-07-01"}
    local = [rule | {"items": [{"key": "first", "promised_working_days": 1}]}]
    path.write_text(yaml.safe_dump({**SOUND, "local": local}, allow_unicode=True), "utf-8")
    places = ["catalogue", "diff", str(path), "--places", "430100,321202"]
    assert main([*places, "--on", "2026-07-01"]) == 1
    assert "承诺时限：从3个工作日改为1个工作日" in capsys.readouterr().out
    assert main([*places, "--on", "2026-06-30"]) == 0
    for wrong in (["--places", "430100"], ["--places", "湖南,江苏"], [], ["--places", "430100,321202", "--on", "明天"]):
        assert main(["catalogue", "diff", str(path), *wrong]) == 2


@pytest.mark.parametrize("place", ["321202", "321202100", "321202000000"])
def test_takes_a_place_in_each_length(place: str, thing: str, answers: Any) -> None:
    assert main(["plan", thing, "--answers", answers({}), "--place", place]) == 0


def test_reads_answers_that_begin_with_a_byte_order_mark(
    thing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bom.json").write_text('\ufeff{"place": "in"}', "utf-8")
    assert main(["plan", thing, "--answers", str(tmp_path / "bom.json")]) == 0
    monkeypatch.setattr("sys.stdin", StringIO('\ufeff{"place": "in"}'))
    assert main(["plan", thing, "--answers", "-"]) == 0


@pytest.mark.parametrize("action", ["check", "export"])
def test_a_place_that_holds_no_catalogue_is_wrong_use(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalogue", action, str(tmp_path)]) == 2
    assert "没有 .yaml 文件" in capsys.readouterr().err
    os.mkfifo(tmp_path / "pipe.yaml")
    assert main(["catalogue", action, str(tmp_path / "pipe.yaml")]) == 2
    assert "不是普通文件" in capsys.readouterr().err
    assert main(["catalogue", action, str(tmp_path)]) == 2


@pytest.mark.parametrize(
    "text",
    ["no json", "[]", "{}", '{"key": 5}', '{"key": ["a"], "schema": "onething.edition/1"}', "[" * 100_000, "\x00"],
)
def test_diff_of_what_is_no_export_is_one_line(
    text: str, thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.json").write_text(text, "utf-8")
    for pair in ([str(tmp_path / "odd.json"), thing], [thing, str(tmp_path / "odd.json")]):
        assert main(["catalogue", "diff", *pair]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_diff_of_what_holds_no_one_thing_is_wrong_use(
    thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.yaml").write_text("stages: [{key: a, name: 甲}]\n", "utf-8")
    (tmp_path / "broken.txt").write_text("a: [1", "utf-8")
    (tmp_path / "folder").mkdir()
    for name in ("words.yaml", "broken.txt", "folder"):
        assert main(["catalogue", "diff", thing, str(tmp_path / name)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_diff_compares_two_folders_of_exports(thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old", "new"):
        assert main(["catalogue", "export", thing, "--to", str(tmp_path / name)]) == 0
    assert main(["catalogue", "diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    exported = tmp_path / "new" / "sound.json"
    exported.write_text(exported.read_text("utf-8").replace("样例一件事", "改名"), "utf-8")
    capsys.readouterr()
    assert main(["catalogue", "diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    assert "样例一件事" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["[" * 100_000, '{"place": ' + "9" * 5_000 + "}"])
def test_hostile_answers_are_refused(text: str, thing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "evil.json").write_text(text, "utf-8")
    assert main(["plan", thing, "--answers", str(tmp_path / "evil.json")]) == 2
    assert capsys.readouterr().err


def test_a_name_no_file_can_have_is_refused(answers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "x" * 300, "--answers", answers({})]) == 2
    assert main(["catalogue", "check", "x" * 300]) == 2
    assert capsys.readouterr().err
