"""Every kind of fault the check promises to find, planted one by one into a sound file."""

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from onething.catalogue.check import check
from onething.catalogue.edition import edition_hash
from onething.catalogue.findings import Finding, Severity
from onething.catalogue.loader import SHIPPED, load

ON = date(2026, 11, 25)

SOUND: dict[str, Any] = {
    "key": "sound", "name": "样例一件事", "subject": "person", "promised_working_days": 5,
    "sources": {"S1": {"title": "指南", "url": "https://example.invalid/guide"}},
    "scenarios": [
        {"key": "place", "question": "在哪里？", "options": [{"value": "in", "label": "院内"}, {"value": "out", "label": "院外"}]},
        {"key": "paid", "question": "交过了吗？", "options": [{"value": "yes", "label": "交过"}, {"value": "no", "label": "没有"}]},
    ],
    "items": [
        {
            "key": "first", "name": "先办的", "department": "甲部门", "conditions": ["无"], "fee": {"amount": 0, "unit": "元"},
            "legal_basis": [{"title": "某法", "article": "第一条", "source": "S1"}], "statutory_working_days": 5,
            "promised_working_days": 3, "result": {"name": "甲证"},
            "fields": [{"key": "name", "label": "姓名", "type": "text", "element": "姓名", "of": "申请人"}],
            "materials": [{"name": "说明", "required": "必要", "when": {"place": ["out"]}}],
        },
        {
            "key": "second", "name": "后办的", "department": "乙部门", "conditions": ["无"], "fee": {"amount": 0, "unit": "元"},
            "legal_basis": [{"title": "某法", "article": "第二条", "source": "S1"}], "after": ["first"],
            "promised_working_days": 1, "result": {"name": "乙证"}, "when": {"paid": ["no"]},
            "fields": [{"key": "name", "label": "姓名", "type": "text", "element": "姓名", "of": "申请人"}],
        },
    ],
}  # fmt: skip


def findings_of(tmp_path: Path, thing: dict[str, Any]) -> list[Finding]:
    (tmp_path / "thing.yaml").write_text(yaml.safe_dump(thing, allow_unicode=True, sort_keys=False), "utf-8")
    return check(tmp_path / "thing.yaml", on=ON)[1]


def errors_of(tmp_path: Path, thing: dict[str, Any]) -> set[str]:
    return {row.code for row in findings_of(tmp_path, thing) if row.severity is Severity.ERROR}


def test_a_published_total_the_items_cannot_keep_is_said_with_both_figures(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND) | {
        "promised_working_days": 2,
        "examples": [{"name": "例", "answers": {"place": "in", "paid": "no"}}],
    }
    told = [row for row in findings_of(tmp_path, thing) if row.code == "target-unreached"]
    assert [row.severity for row in told] == [Severity.UNVERIFIED]
    assert "是 2 个工作日" in told[0].reason
    assert "要 4 个工作日" in told[0].reason


def test_the_same_options_alone_are_no_overlap(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    options = ["院内", "院外"]
    thing["items"][0]["fields"].append(
        {
            "key": "where",
            "label": "仓库位置",
            "type": "choice",
            "element": "仓库位置",
            "of": "申请人",
            "options": options,
        }
    )
    assert errors_of(tmp_path, thing) == set()
    thing["items"][0]["fields"][-1]["label"] = "在哪里"
    assert "undeclared-overlap" in errors_of(tmp_path, thing)


def test_the_sound_file_has_no_errors(tmp_path: Path) -> None:
    assert errors_of(tmp_path, SOUND) == set()


Plant = Callable[[dict[str, Any]], Any]


def item(thing: dict[str, Any], index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = thing["items"][index]
    return found


def period(**more: Any) -> dict[str, Any]:
    return {"name": "公示期", "unit": "natural_day", "start_event": "公告", **more}


def waits(thing: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = item(thing).setdefault("waiting_periods", [period(**more)])
    return found


PLANTED: dict[str, tuple[str, Plant]] = {
    "a gate that stops nobody": (
        "idle-gate",
        lambda t: t.update(gate=[{"key": "g", "when": {"place": ["in", "out"]}, "message": "不行"}]),
    ),
    "a fee nobody pays": (
        "dead-fee",
        lambda t: item(t, 1).update(fees=[{"amount": 5, "when": {"paid": ["yes"]}, "basis": "某法"}]),
    ),
    "a result nobody gets": (
        "dead-result",
        lambda t: item(t, 1).update(result={"name": "乙证", "when": {"paid": ["yes"]}}),
    ),
    "a paper that only those ask who are not admitted": (
        "dead-material",
        lambda t: t.update(gate=[{"key": "in", "when": {"place": ["in"]}, "message": "只办院内的"}]),
    ),
    "a period that closes before it opens": (
        "wrong-range",
        lambda t: item(t).update(application_periods=[period(opens_after=20, closes_after=10)]),
    ),
    "a period to apply in without begin and end": (
        "idle-period",
        lambda t: item(t).update(application_periods=[period()]),
    ),
    "a period to apply in that no situation has": (
        "dead-period",
        lambda t: item(t, 1).update(application_periods=[period(closes_after=5, when={"paid": ["yes"]})]),
    ),
    "a wait of no days": ("idle-period", lambda t: waits(t, value=0)),
    "a wait for what nobody takes up": ("idle-period", lambda t: (waits(t, value=2), item(t).update(trigger="event"))),
    "a wait that no situation has": (
        "dead-period",
        lambda t: item(t, 1).update(waiting_periods=[period(value=1, when={"paid": ["yes"]})]),
    ),
    "a wait that outlasts the law's limit": ("limit-under-wait", lambda t: waits(t, value=60)),
    "a wait as long as the promise": ("limit-under-wait", lambda t: waits(t, value=3, unit="working_day")),
    "a wait before what is done at once": (
        "limit-under-wait",
        lambda t: (waits(t, value=1), item(t).update(promised_working_days=0)),
    ),
    "a wait that opens with an unknown field": ("unknown-field", lambda t: waits(t, value=2, start_field="day")),
    "a wait that opens with a name": ("wrong-kind", lambda t: waits(t, value=2, start_field="name")),
    "a wait whose opening not everybody tells": (
        "dead-start",
        lambda t: (
            item(t)["fields"].append({"key": "day", "label": "哪天公告", "type": "date", "when": {"place": ["in"]}}),
            waits(t, value=2, start_field="day"),
        ),
    ),
    "a wait that rests on a repealed norm": (
        "repealed",
        lambda t: (
            item(t)["legal_basis"].append({"title": "旧法", "valid_to": "2024-01-01"}),
            waits(t, value=2, basis="旧法第一条"),
        ),
    ),
    "natural days that outlast the law's working days": (
        "promise-over-law",
        lambda t: item(t).update(
            limits={"statutory": {"value": 5, "unit": "working_day"}, "promised": {"value": 60, "unit": "natural_day"}}
        ),
    ),
    "an example with a wrong answer": (
        "wrong-example",
        lambda t: t.update(examples=[{"name": "例", "answers": {"place": "moon", "paid": "no"}}]),
    ),
    "an example that leaves a question open": (
        "open-example",
        lambda t: t.update(examples=[{"name": "例", "answers": {"place": "in"}}]),
    ),
    "an example that is not admitted": (
        "refused-example",
        lambda t: t.update(
            gate=[{"key": "in", "when": {"place": ["in"]}, "message": "只办院内的"}],
            examples=[{"name": "例", "answers": {"place": "out", "paid": "no"}}],
        ),
    ),
    "a cycle": ("cycle", lambda t: item(t).update(after=["second"])),
    "an item waiting for itself": ("cycle", lambda t: item(t).update(after=["first"])),
    "an item no situation reaches": (
        "dead-item",
        lambda t: item(t, 1).update(when={"all": [{"paid": ["no"]}, {"paid": ["yes"]}]}),
    ),
    "a material no situation reaches": (
        "dead-material",
        lambda t: item(t, 1).update(materials=[{"name": "收据", "when": {"paid": ["yes"]}}]),
    ),
    "a field no situation reaches": ("dead-field", lambda t: item(t, 1)["fields"][0].update(when={"paid": ["yes"]})),
    "an unknown key": ("unknown-key", lambda t: item(t).update(legal_bases=[])),
    "an unknown key made by a stray comma": ("unknown-key", lambda t: item(t)["fields"][0].update({"号码": None})),
    "an unknown item": ("unknown-item", lambda t: item(t).update(after=["third"])),
    "an unknown question": ("unknown-question", lambda t: item(t).update(when={"plase": ["in"]})),
    "an unknown option": ("unknown-option", lambda t: item(t).update(when={"place": ["inn"]})),
    "an unknown source": ("unknown-source", lambda t: item(t).update(sources=["S9"])),
    "an unknown party": ("unknown-party", lambda t: t.update(parties=[{"key": "baby", "name": "孩子"}])),
    "a wrong kind of value": ("wrong-kind", lambda t: item(t).update(promised_working_days="三天")),
    "a wrong word": ("wrong-word", lambda t: item(t).update(trigger="someday")),
    "a datum asked twice by one item": (
        "asked-twice",
        lambda t: item(t)["fields"].append({"key": "n2", "label": "名字", "element": "姓名", "of": "申请人"}),
    ),
    "a field key used twice": (
        "double-key",
        lambda t: item(t)["fields"].append({"key": "name", "label": "别名", "element": "别名", "of": "申请人"}),
    ),
    "a material demanded twice": ("asked-twice", lambda t: item(t)["materials"].append({"name": "说明"})),
    "contradicting types": ("contradicting-rule", lambda t: item(t, 1)["fields"][0].update(type="number")),
    "contradicting options": (
        "contradicting-rule",
        lambda t: (
            item(t)["fields"][0].update(type="choice", options=["甲一", "甲二"]),
            item(t, 1)["fields"][0].update(type="choice", options=["乙一", "乙二"]),
        ),
    ),
    "a promise over the statutory limit": ("promise-over-law", lambda t: item(t).update(promised_working_days=6)),
    "a repealed norm": ("repealed", lambda t: item(t)["legal_basis"][0].update(valid_to="2024-01-01")),
    "a question without effect": (
        "idle-question",
        lambda t: t["scenarios"].append(
            {
                "key": "idle",
                "question": "随便？",
                "options": [{"value": "a", "label": "甲甲"}, {"value": "b", "label": "乙乙"}],
            }
        ),
    ),
    "a question named but without effect": (
        "idle-question",
        lambda t: (item(t)["materials"][0].pop("when"), item(t).update(when={"place": ["in", "out"]})),
    ),
    "a field in the very words of a question": (
        "undeclared-overlap",
        lambda t: item(t)["fields"].append(
            {"key": "z", "label": "在哪里", "type": "text", "element": "地点", "of": "申请人"}
        ),
    ),
    "an undeclared overlap": (
        "undeclared-overlap",
        lambda t: item(t)["fields"].append(
            {"key": "is_paid", "label": "是否交过", "type": "boolean", "element": "是否交过", "of": "申请人"}
        ),
    ),
    "a situation with nothing to do": ("nothing-to-do", lambda t: item(t).update(when={"paid": ["no"]})),
    "two of a choose-one at once": ("both-chosen", lambda t: t.update(choose_one=[{"items": ["first", "second"]}])),
    "none of a required choose-one": (
        "none-chosen",
        lambda t: (
            item(t).update(when={"all": [{"paid": ["yes"]}, {"place": ["in"]}]}),
            t.update(choose_one=[{"items": ["first", "second"], "required": True}]),
        ),
    ),
    "a gate nobody passes": (
        "nobody-admitted",
        lambda t: t.update(
            gate=[{"when": {"paid": ["yes"]}, "message": "先交"}, {"when": {"paid": ["no"]}, "message": "别交"}]
        ),
    ),
    "routes that leave a gap": (
        "no-route",
        lambda t: item(t).update(routes=[{"key": "fast", "name": "快", "when": {"place": ["in"]}}]),
    ),
    "routes that overlap": (
        "two-routes",
        lambda t: item(t).update(
            routes=[{"key": "fast", "name": "快", "when": {"place": ["in"]}}, {"key": "slow", "name": "慢"}]
        ),
    ),
    "one item only": ("too-few-items", lambda t: (t["items"].pop(), t["scenarios"].pop())),
    "one body only": ("too-few-bodies", lambda t: item(t, 1).update(department="甲部门")),
    "a question asked before what it depends on": (
        "asked-too-early",
        lambda t: t["scenarios"][0].update(when={"paid": ["no"]}),
    ),
    "a number compared with a word": (
        "wrong-comparison",
        lambda t: (
            t["scenarios"].append({"key": "many", "question": "几份？", "type": "number"}),
            item(t).update(when={"many": ["three"]}),
        ),
    ),
    "law couples without an article": ("no-basis", lambda t: t.update(together=[{"items": ["first", "second"]}])),
    "a joint act of one body": ("too-few-bodies", lambda t: t.update(joint=[{"kind": "survey", "items": ["first"]}])),
    "a joint act twice": (
        "double-joint",
        lambda t: t.update(joint=[{"kind": "survey", "items": ["first", "second"]} for _ in range(2)]),
    ),
    "a joint act of an item nobody has": (
        "unknown-item",
        lambda t: t.update(joint=[{"kind": "survey", "items": ["first", "second", "ninth"]}]),
    ),
    "a quorum nobody can reach": (
        "wrong-quorum",
        lambda t: t.update(
            joint=[{"kind": "survey", "items": ["first", "second"], "valid_with": "quorum", "quorum": 3}]
        ),
    ),
    "a quorum without a number": (
        "wrong-quorum",
        lambda t: t.update(joint=[{"kind": "survey", "items": ["first", "second"], "valid_with": "quorum"}]),
    ),
    "a joint act that takes no time": (
        "wrong-range",
        lambda t: t.update(joint=[{"kind": "survey", "items": ["first", "second"], "minutes": 0}]),
    ),
    "a fact with a source nobody lists": ("unknown-source", lambda t: item(t)["fee"].update(source="S9")),
    "a promise in working days over a law in natural ones": (
        "promise-over-law",
        lambda t: item(t).update(
            limits={"statutory": {"value": 2, "unit": "natural_day"}, "promised": {"value": 3, "unit": "working_day"}}
        ),
    ),
    "a limit without a figure": ("missing-key", lambda t: item(t).update(limits={"promised": {"unit": "working_day"}})),
    "a limit beyond reason": ("wrong-kind", lambda t: item(t).update(statutory_working_days=99_999_999)),
    "a day that is none": ("wrong-kind", lambda t: item(t)["legal_basis"][0].update(valid_to="2024-1-1")),
    "options that leave nothing together": (
        "contradicting-rule",
        lambda t: (
            item(t)["fields"][0].update(type="choice", options=["甲", "乙"]),
            item(t, 1)["fields"][0].update(type="choice", options=["乙", "丙"]),
            t["items"].append({**copy.deepcopy(item(t)), "key": "third"}),
            item(t, 2)["fields"][0].update(options=["甲", "丙"]),
        ),
    ),
    "units that differ": (
        "contradicting-rule",
        lambda t: (item(t)["fields"][0].update(unit="元"), item(t, 1)["fields"][0].update(unit="万元")),
    ),
    "rules that clash when two parties are one": (
        "contradicting-rule",
        lambda t: (
            t.update(parties=[{"key": "a", "name": "申请人", "same_as": ["b"]}, {"key": "b", "name": "孩子"}]),
            item(t, 1)["fields"][0].update(of="孩子", type="number"),
        ),
    ),
    "parties that are each other": (
        "cycle",
        lambda t: t.update(
            parties=[{"key": "a", "name": "申请人", "same_as": ["b"]}, {"key": "b", "name": "孩子", "same_as": ["a"]}]
        ),
    ),
    "a datum derived from itself": ("cycle", lambda t: item(t)["fields"][0].update(derived_from=["姓名"])),
    "two that need each other's papers": (
        "cycle",
        lambda t: (item(t).update(needs=["乙证"]), item(t, 1).update(needs=["甲证"])),
    ),
    "a paper nobody makes": ("nobody-makes", lambda t: item(t).update(needs=["丙证"])),
    "an answer that fills what no field allows": (
        "contradicting-rule",
        lambda t: (
            item(t)["fields"][0].update(type="choice", options=["甲", "乙"]),
            t["scenarios"][0].update(fills=[{"of": "申请人", "element": "姓名", "map": {"in": "甲", "out": "丙"}}]),
        ),
    ),
    "one datum filled by two questions": (
        "filled-twice",
        lambda t: [
            question.update(
                fills=[{"of": "申请人", "element": "姓名", "map": {o["value"]: "甲" for o in question["options"]}}]
            )
            for question in t["scenarios"]
        ],
    ),
    "a condition that lists nothing": ("wrong-kind", lambda t: item(t).update(when={"place": []})),
    "a condition on a date": (
        "wrong-comparison",
        lambda t: (
            t["scenarios"].append({"key": "day", "question": "哪天？", "type": "date"}),
            item(t).update(when={"day": {"gt": 1}}),
        ),
    ),
    "an item only people who are turned away could have": (
        "dead-item",
        lambda t: t.update(gate=[{"when": {"paid": ["yes"]}, "message": "先交费"}]),
    ),
    "a key that no address can carry": ("wrong-kind", lambda t: t.update(key="a/b")),
    "more items than anybody could be led through": (
        "too-many",
        lambda t: t.update(items=[{**copy.deepcopy(item(t)), "key": f"i{n}"} for n in range(301)]),
    ),
    "the same item key twice": ("double-key", lambda t: item(t, 1).update(key="first", after=[])),
}


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_finds(name: str, tmp_path: Path) -> None:
    code, plant = PLANTED[name]
    thing = copy.deepcopy(SOUND)
    plant(thing)
    rows = [row for row in findings_of(tmp_path, thing) if row.code == code and row.severity is Severity.ERROR]
    assert rows, f"{code} not found"
    assert all(row.reason and row.remedy and row.at and row.file == "thing.yaml" for row in rows)


@pytest.mark.parametrize("missing", ["legal_basis", "conditions", "fee", "department", "result"])
def test_a_missing_fact_is_unverified_never_an_error(missing: str, tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    del item(thing)[missing]
    rows = findings_of(tmp_path, thing)
    assert not [row for row in rows if row.severity is Severity.ERROR]
    assert [row for row in rows if row.at.startswith("items.first") and row.severity is Severity.UNVERIFIED]


def test_the_order_of_files_and_items_does_not_change_the_hash(tmp_path: Path) -> None:
    thing = copy.deepcopy(SOUND)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.yaml").write_text(yaml.safe_dump(thing, allow_unicode=True), "utf-8")
    thing["items"].reverse()
    (tmp_path / "b" / "y.yml").write_text(yaml.safe_dump(thing, allow_unicode=True, sort_keys=False), "utf-8")
    one, other = (load(tmp_path / name).things["sound"].document for name in "ab")
    assert edition_hash(one) == edition_hash(other)


def test_an_empty_or_foreign_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("", "utf-8")
    (tmp_path / "list.yaml").write_text("- 1\n", "utf-8")
    (tmp_path / "other.yaml").write_text("meta: 1\n", "utf-8")
    catalogue, findings = check(tmp_path, on=ON)
    assert {row.file for row in findings} == {"empty.yaml", "list.yaml"}
    assert catalogue.skipped == ["other.yaml"]


def test_the_shipped_catalogue_has_no_errors() -> None:
    catalogue, findings = check(SHIPPED, on=ON)
    assert [row.sentence() for row in findings if row.severity is Severity.ERROR] == []
    assert catalogue.skipped == []
    assert {"newborn", "death", "restaurant-start"} <= catalogue.things.keys()
