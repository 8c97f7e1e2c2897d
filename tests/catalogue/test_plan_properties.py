"""I1 to I5 over the shipped one-things and over generated ones."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.catalogue.generated import answers, compiled, things

from onething.catalogue.conditions import evaluate
from onething.catalogue.edition import edition_hash
from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.plan import make_plan, settle
from onething.catalogue.plan_items import made_by, resolve
from onething.kit.workdays import load_calendar

ON = date(2026, 3, 2)
CALENDAR = load_calendar(SHIPPED / "calendar.yaml")


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return {key: made.document for key, made in load(SHIPPED).things.items()}


class Document(dict[str, Any]):
    """An edition's document that a failing test names instead of printing whole."""

    def __repr__(self) -> str:
        return f"<{self['key']}>" if self["key"] in shipped() else super().__repr__()


def documents() -> st.SearchStrategy[Document]:
    return st.one_of(
        things().map(compiled).map(Document),
        things(parties=True).map(compiled).map(Document),
        st.sampled_from(sorted(shipped())).map(lambda key: Document(shipped()[key])),
    )


def plan(document: dict[str, Any], given_answers: dict[str, Any], chosen: list[str] | None = None) -> dict[str, Any]:
    return make_plan(
        document, place="321202", answers=given_answers, on=ON, calendar=CALENDAR, chosen=chosen, edition="0" * 64
    )


def data_of(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(entry["subject"], entry["element"]) for entry in result["form"]}


def papers_of(result: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(m["key"], m["party"]) for m in result["materials"] if m["obtained"] in ("submit", "commitment")}


@given(st.data())
def test_i1_a_datum_and_a_paper_appear_once(data: st.DataObject) -> None:
    document = data.draw(documents())
    result = plan(document, data.draw(answers(document, complete=False)))
    everything = [(e["subject"], e["element"]) for e in [*result["form"], *result["supplied"]]]
    assert len(everything) == len(set(everything))
    for person, element in everything:  # what one of several persons has told is not asked of all
        party = next((p for p in result["parties"] if person in p["instances"] and p["key"] != person), None)
        asked = [e for e in result["form"] if party and (e["subject"], e["element"]) == (party["key"], element)]
        assert all(person in entry["known_for"] for entry in asked)
    papers = [(m["key"], m["party"]) for m in result["materials"]]
    assert len(papers) == len(set(papers))


@given(st.data())
def test_i2_nothing_is_asked_that_no_item_of_the_plan_asks(data: st.DataObject) -> None:
    document = data.draw(documents())
    given_answers = data.draw(answers(document))
    result = plan(document, given_answers)
    items = {item["key"]: item for item in document["items"]}
    planned = {item["key"] for item in result["items"]}
    situation = settle(document, given_answers)
    same = {party["key"]: {**party, "same": party["same_as"]} for party in result["parties"]}
    for entry in [*result["form"], *result["supplied"]]:
        assert entry["asked_by"]
        for asker in entry["asked_by"]:
            assert asker["item"] in planned
            assert asker["basis"]
            assert any(
                resolve(field["party"], same) == entry["party"]
                and field["element"] == entry["element"]
                and evaluate(field["when"], situation) is True
                for field in items[asker["item"]]["fields"]
            )
    for material in result["materials"]:
        for asker in material["asked_by"]:
            assert asker["item"] in planned
            assert any(
                paper["key"] == material["key"] and evaluate(paper["when"], situation) is True
                for paper in items[asker["item"]]["materials"]
            )


@given(st.data())
def test_i2_nothing_is_asked_that_an_earlier_item_produces(data: st.DataObject) -> None:
    document = data.draw(documents())
    given_answers = data.draw(answers(document))
    result = plan(document, given_answers)
    situation = settle(document, given_answers)
    items = {item["key"]: item for item in document["items"]}
    before = {item["key"]: set(item["after"]) for item in result["items"]}
    results = {item["key"]: set(item["after"]) - set(item["starts_with"]) for item in result["items"]}
    same = {party["key"]: {**party, "same": party["same_as"]} for party in result["parties"]}

    def finished(key: str) -> set[str]:
        return results[key].union(*(finished(other) for other in before[key]))

    def made_before(key: str) -> tuple[set[str], set[tuple[str, str]]]:
        made = [made_by(items[other], situation) for other in finished(key)]
        return (
            {key for papers, _ in made for key, _ in papers},
            {(resolve(datum["party"], same), datum["element"]) for _, data_ in made for datum in data_},
        )

    # Said to be produced is only what is there when each asker starts, unless all could do without it.
    for entry in result["supplied"]:
        if entry["source"]["kind"] == "produced" and entry["required"]:
            for asker in entry["asked_by"]:
                needed = any(
                    field["required"] and (resolve(field["party"], same), field["element"]) == (entry["party"], entry["element"])
                    and evaluate(field["when"], situation) is True
                    for field in items[asker["item"]]["fields"]
                )  # fmt: skip
                assert not needed or (entry["subject"], entry["element"]) in made_before(asker["item"])[1]
    # What is asked, at least one asker needs without waiting for whoever produces it.
    for entry in result["form"]:
        datum = (entry["subject"], entry["element"])
        assert any(datum not in made_before(asker["item"])[1] for asker in entry["asked_by"])
    for material in result["materials"]:
        if material["obtained"] != "produced" and not material["from_form"]:
            assert any(material["key"] not in made_before(asker["item"])[0] for asker in material["asked_by"])
        if material["produced_by"] is not None:
            assert material["produced_by"] in before


@given(st.data())
def test_i3_dropping_an_item_removes_only_its_own_and_adds_only_what_it_made(data: st.DataObject) -> None:
    document = data.draw(documents())
    given_answers = data.draw(answers(document))
    full = plan(document, given_answers)
    planned = [item["key"] for item in full["items"]]
    assume(planned)
    dropped = data.draw(st.sampled_from(planned))
    rest = plan(document, given_answers, [key for key in planned if key != dropped])
    kept = {item["key"] for item in rest["items"]}
    if dropped in kept:  # pulled in again by what needs it: then nothing changes
        assert data_of(rest) == data_of(full)
        assert papers_of(rest) == papers_of(full)
        return
    situation = settle(document, given_answers)
    same = {party["key"]: {**party, "same": party["same_as"]} for party in full["parties"]}
    gone = {item["key"]: made_by(item, situation) for item in document["items"] if item["key"] in set(planned) - kept}
    papers = {key for made, _ in gone.values() for key, _ in made}
    made = {(resolve(datum["party"], same), datum["element"]) for _, data_ in gone.values() for datum in data_}
    # A datum that followed from another one is asked when that one went with the item.
    derived = {(e["subject"], e["element"]) for e in full["supplied"] if e["source"]["kind"] == "derived"}
    assert data_of(rest) - data_of(full) <= made | derived
    assert {key for key, _ in papers_of(rest) - papers_of(full)} <= papers
    # Gone from the form is only what nobody left asks for, or what those left get from an earlier item.
    supplied = {(e["subject"], e["element"]) for e in rest["supplied"]}
    for entry in full["form"]:
        datum = (entry["subject"], entry["element"])
        if datum not in data_of(rest) | supplied:
            assert {asker["item"] for asker in entry["asked_by"]} <= gone.keys()


@given(things() | things(parties=True), st.randoms(use_true_random=False), st.data())
def test_i3_the_order_of_items_in_the_file_changes_nothing(
    thing: dict[str, Any], random: Any, data: st.DataObject
) -> None:
    document = compiled(thing)
    given_answers = data.draw(answers(document, complete=False))
    shuffled = {**thing, "items": random.sample(thing["items"], len(thing["items"]))}
    assert plan(compiled(shuffled), given_answers) == plan(document, given_answers)
    assert edition_hash(compiled(shuffled)) == edition_hash(document)


@given(st.data())
def test_i4_the_strictest_rule_wins(data: st.DataObject) -> None:
    document = data.draw(documents())
    given_answers = data.draw(answers(document))
    result = plan(document, given_answers)
    items = {item["key"]: item for item in document["items"]}
    situation = settle(document, given_answers)
    same = {party["key"]: {**party, "same": party["same_as"]} for party in result["parties"]}
    for entry in result["form"]:
        asking = [
            field
            for asker in entry["asked_by"]
            for field in items[asker["item"]]["fields"]
            if (resolve(field["party"], same), field["element"]) == (entry["party"], entry["element"])
            and evaluate(field["when"], situation) is True
        ]
        assert entry["required"] == any(field["required"] for field in asking)
    for material in result["materials"]:
        rules = [
            paper["necessity"]
            for asker in material["asked_by"]
            for paper in items[asker["item"]]["materials"]
            if paper["key"] == material["key"]
            and paper["name"] in material["names"]
            and evaluate(paper["when"], situation) is True
        ]
        assert material["required"] == ("必要" in rules and not material["not_needed"])


@given(st.data())
def test_i5_a_plan_never_deadlocks(data: st.DataObject) -> None:
    document = data.draw(documents())
    given_answers = data.draw(answers(document, complete=False))
    keys = [item["key"] for item in document["items"]]
    chosen = data.draw(st.one_of(st.none(), st.lists(st.sampled_from(keys), unique=True)))
    result = plan(document, given_answers, chosen)
    planned = {item["key"]: item for item in result["items"]}
    done: set[str] = set()
    while len(done) < len(planned):
        ready = [key for key, item in planned.items() if key not in done and set(item["after"]) <= done]
        assert ready, f"stuck after {done}"
        done.update(ready)
    for item in planned.values():
        assert set(item["after"]) <= planned.keys()
        assert item["stage"] == 1 + max((planned[key]["stage"] for key in item["after"]), default=0)


@given(st.data())
def test_promise_is_the_longest_path_never_the_sum(data: st.DataObject) -> None:
    document = data.draw(documents())
    result = plan(document, data.draw(answers(document)))
    assume(result["items"])
    lines = {line["item"]: line for line in result["promise"]["lines"]}

    begun = {item["key"]: set(item["starts_with"]) for item in result["items"]}

    def start(key: str) -> int:
        others = lines[key]["starts_after"]
        return max((start(other) if other in begun[key] else end(other) for other in others), default=0)

    def end(key: str) -> int:
        return start(key) + int(lines[key]["working_days"] or 0)

    counted = [end(key) for key, line in lines.items() if line["counted"]]
    promised = result["promise"]["working_days"]
    assert promised == max(counted, default=None), "nothing published, nothing promised"
    assert all((line["from_day"], line["to_day"]) == (start(key), end(key)) for key, line in lines.items())
    assert (promised or 0) <= sum(line["working_days"] or 0 for line in lines.values())
    assert result["reductions"]["after"]["working_days"] <= result["reductions"]["before"]["working_days"]


@given(st.data())
def test_more_answers_never_take_back_what_was_certain(data: st.DataObject) -> None:
    document = data.draw(documents())
    full = data.draw(answers(document))
    some = {key: value for key, value in full.items() if data.draw(st.booleans())}
    early, late = plan(document, some), plan(document, full)
    certain = {item["key"] for item in early["items"]}
    undecided = {item["key"] for item in early["possible"]}
    assert certain <= {item["key"] for item in late["items"]} <= certain | undecided
    assert not late["possible"]


@pytest.mark.parametrize("key", sorted(shipped()))
def test_shipped_things_are_there(key: str) -> None:
    assert shipped()[key]["items"]
