"""Hypothesis strategies for catalogues nobody wrote: things as authors' data, and situations that fit them."""

from typing import Any

from hypothesis import strategies as st

from onething.catalogue.author import clean
from onething.catalogue.dictionaries import Dictionaries
from onething.catalogue.edition import compile_thing
from onething.catalogue.findings import Findings

PAPERS = [f"材料{n}" for n in range(6)]
ELEMENTS = [f"数据{n}" for n in range(5)]
PARTIES = ["甲", "乙", "申请人"]


@st.composite
def conditions(draw: st.DrawFn, questions: list[dict[str, Any]], depth: int = 2) -> Any:
    """A condition over some of the questions, or none."""
    if not questions or draw(st.booleans()):
        return None
    kind = draw(st.sampled_from(["plain", "plain", "plain", "all", "any", "not"] if depth else ["plain"]))
    if kind == "not":
        inner = draw(conditions(questions, depth - 1))
        return None if inner is None else {"not": inner}
    if kind in ("all", "any"):
        parts = [part for part in (draw(conditions(questions, depth - 1)) for _ in range(2)) if part is not None]
        return {kind: parts} if parts else None
    question = draw(st.sampled_from(questions))
    if question["type"] == "number":
        return {question["key"]: {draw(st.sampled_from(["gt", "gte", "lt", "lte"])): draw(st.integers(0, 20))}}
    values = [option["value"] for option in question["options"]]
    return {question["key"]: draw(st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True))}


@st.composite
def _questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for index in range(draw(st.integers(0, 4))):
        key = f"q{index}"
        if draw(st.integers(0, 3)) == 0:
            question: dict[str, Any] = {"key": key, "question": f"多少{index}？", "type": "number", "min": 0, "max": 20}
        else:
            multiple = draw(st.booleans())
            options = [{"value": f"{key}-{n}", "label": f"选项{index}{n}"} for n in range(draw(st.integers(2, 3)))]
            if multiple:
                options.append({"value": "none", "label": "都没有"})
            question = {
                "key": key,
                "question": f"哪种{index}？",
                "type": "choice",
                "multiple": multiple,
                "options": options,
            }
        when = draw(conditions(result, 1))
        if when is not None:
            question["when"] = when
        result.append(question)
    return result


@st.composite
def _items(draw: st.DrawFn, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 6))):
        item: dict[str, Any] = {
            "key": f"i{index}", "name": f"事项{index}", "department": draw(st.sampled_from(["甲部门", "乙部门"])),
            "legal_basis": [{"title": "某法", "article": f"第{index}条"}] if draw(st.booleans()) else [],
            "after": [
                {"item": f"i{n}", "needs": draw(st.sampled_from(["result", "result", "acceptance", "signal"]))}
                for n in range(index) if draw(st.integers(0, 3)) == 0
            ],
            "promised_working_days": draw(st.one_of(st.none(), st.integers(0, 30))),
            "counts_towards_promise": draw(st.integers(0, 5)) > 0,
            "result": {"name": draw(st.sampled_from([*PAPERS, f"结果{index}"])), "electronic": draw(st.booleans())},
        }  # fmt: skip
        if draw(st.integers(0, 2)) == 0:
            item["produces"] = {
                "elements": [{"of": draw(st.sampled_from(PARTIES)), "element": draw(st.sampled_from(ELEMENTS))}]
            }
        when = draw(conditions(questions))
        if when is not None:
            item["when"] = when
        item["materials"] = [
            {
                "name": name, "required": draw(st.sampled_from(["必要", "非必要", "容缺"])), "when": draw(conditions(questions, 1)),
                "obtainable_by": draw(st.sampled_from(["提交", "电子证照共享", "数据核验", "告知承诺"])),
            }
            for name in draw(st.lists(st.sampled_from(PAPERS), max_size=3, unique=True))
        ]  # fmt: skip
        item["fields"] = [
            {
                "key": f"f{n}", "label": f"{party}{element}", "type": "text", "element": element, "of": party,
                "required": draw(st.booleans()), "when": draw(conditions(questions, 1)),
                "shared_from": draw(st.sampled_from([None, "人口库"])),
            }
            for n, (party, element) in enumerate(
                draw(st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(ELEMENTS)), max_size=4, unique=True))
            )
        ]  # fmt: skip
        result.append(item)
    return result


@st.composite
def _parties(draw: st.DrawFn, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The persons of a one-thing: one may be absent, or the applicant himself; several may be counted by an answer."""
    first: dict[str, Any] = {"key": "甲", "name": "甲", "when": draw(conditions(questions, 1))}
    same = draw(conditions(questions, 1))
    if same is not None:
        first["same_as"] = [{"party": "申请人", "when": same}]
    several: dict[str, Any] = {"key": "乙", "name": "乙", "cardinality": "many", "when": draw(conditions(questions, 1))}
    numbers = [question["key"] for question in questions if question["type"] == "number"]
    if numbers:
        several["count"] = draw(st.sampled_from(numbers))
    if draw(st.booleans()):
        several["parent"] = "甲"
    everybody = [{"key": "申请人", "name": "申请人", "applicant": True}, first, several]
    return [{key: value for key, value in party.items() if value is not None} for party in everybody]


@st.composite
def things(draw: st.DrawFn, *, parties: bool = False) -> dict[str, Any]:
    """A one-thing as an author might write it: any shape the format allows, without contradictions of reference.

    With `parties` it says who takes part, asks a question of each of them and does an item for each.
    """
    questions = draw(_questions())
    if not parties:
        return {"key": "generated", "name": "生成的一件事", "scenarios": questions, "items": draw(_items(questions))}
    declared = draw(_parties(questions))
    options = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
    each: dict[str, Any] = {"key": "each", "question": "各人怎样？", "type": "choice", "per": "乙", "options": options}
    if draw(st.booleans()):
        value = draw(st.sampled_from(["不", None]))
        each["fills"] = [{"of": "乙", "element": draw(st.sampled_from(ELEMENTS)), "map": {"yes": "是", "no": value}}]
    questions = [*questions, each]
    items = draw(_items(questions))
    for item in items:
        if draw(st.integers(0, 2)) == 0:
            item["per"] = draw(st.sampled_from(["甲", "乙"]))
        for material in item["materials"]:
            material.update(draw(st.sampled_from([{}, {"of": "甲"}, {"of": "乙"}])))
    return {"key": "generated", "name": "生成的一件事", "scenarios": questions, "parties": declared, "items": items}


@st.composite
def answers(draw: st.DrawFn, document: dict[str, Any], *, complete: bool = True) -> dict[str, Any]:
    """Answers to a compiled one-thing's questions; some left open unless `complete`."""
    result: dict[str, Any] = {}
    for question in document["questions"]:
        if not complete and draw(st.booleans()):
            continue
        if question["per"]:  # more persons than there may be: those who are not there fall out
            values = [option["value"] for option in question["options"]]
            persons = [f"{question['per']}-{n}" for n in range(1, 21)]
            told = st.fixed_dictionaries(dict.fromkeys(persons, st.sampled_from(values)))
            some = st.dictionaries(st.sampled_from(persons[:3]), st.sampled_from(values), min_size=1)
            result[question["key"]] = draw(st.sampled_from(values) | (told if complete else some))
            continue
        if question["type"] == "number":
            low = question["min"] if question["min"] is not None else 0
            result[question["key"]] = draw(
                st.integers(low, question["max"] if question["max"] is not None else low + 30_000)
            )
            continue
        options = [option["value"] for option in question["options"] if not option["exclusive"]]
        alone = [option["value"] for option in question["options"] if option["exclusive"]]
        if question["multiple"] and (not alone or draw(st.booleans())):
            result[question["key"]] = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
        else:
            result[question["key"]] = draw(st.sampled_from(alone or options))
    return result


def compiled(thing: dict[str, Any]) -> dict[str, Any]:
    """Compile authored data; a generated thing has no errors of shape."""
    findings = Findings("generated.yaml")
    cleaned = clean(thing, "THING", "", findings)
    assert cleaned is not None
    document = compile_thing(cleaned, Dictionaries(), findings).document
    assert not findings.has_errors, [row.sentence() for row in findings.rows]
    return document
