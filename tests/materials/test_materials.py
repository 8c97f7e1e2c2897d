"""The one set of materials: each paper once for all who ask it (R2.5)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.factories.plans import small_plan

from onething.materials.rules import checklist, requirement_of, requirements


def material(key: str, **changed: Any) -> dict[str, Any]:
    row = {
        "key": key, "name": key, "party": None, "party_name": None, "obtained": "submit", "required": True,
        "necessity": "必要", "any_of": None, "asked_by": [{"item": "a", "basis": "法"}], "why_not_needed": None, **changed,
    }  # fmt: skip
    return {"groups": [row["any_of"]] if row["any_of"] else [], **row}


def test_what_to_hand_in_promise_bring_later_and_not_at_all() -> None:
    found = checklist(small_plan(), handed_in=(), promised=())
    assert [one.key for one in found.uploads] == ["样例场所证", "租房合同", "健康证明", "食品安全制度"]
    assert [one.key for one in found.promises] == ["不侵权承诺"]
    assert [one.key for one in found.not_needed] == ["business-licence"]
    assert [one.key for one in found.later] == ["食品安全制度"]
    assert [lack.message for lack in found.missing] == [
        "勾选承诺：不侵权承诺", "上传：店员的健康证明", "下面的材料交一种就行：样例场所证、租房合同",
    ]  # fmt: skip
    assert not found.complete


def test_one_of_a_group_is_enough() -> None:
    handed = [("租房合同", ""), ("健康证明", "staff")]
    assert checklist(small_plan(), handed_in=handed, promised=["不侵权承诺"]).complete


def test_a_paper_of_each_person_is_asked_of_each() -> None:
    subjects = {"staff": ("staff-1", "staff-3")}
    found = [one for one in requirements(small_plan(), subjects) if one.key == "健康证明"]
    assert [(one.subject, one.party_name) for one in found] == [("staff-1", "店员1"), ("staff-3", "店员3")]
    assert requirement_of(small_plan(), ("健康证明", "staff-2"), subjects) is None


def test_asked_outright_by_one_and_as_one_of_several_by_another_is_one_place() -> None:
    plan = {
        "materials": [
            material("x", any_of="b/g", asked_by=[{"item": "b", "basis": ""}]),
            material("x"),
            material("y", any_of="b/g"),
        ]
    }
    (x, y) = requirements(plan)
    assert (x.items, x.any_of, x.required) == (("b", "a"), (), True)
    assert y.any_of == ("b/g",)


def test_a_picture_the_form_asks_is_handed_in_here() -> None:
    row = {
        "type": "file",
        "element": "photo",
        "label": "照片",
        "subject": "baby",
        "party": "baby",
        "party_name": "孩子",
        "required": True,
        "asked_by": [{"item": "card", "basis": "法"}],
    }
    (found,) = requirements({"form": [row]})
    assert (found.key, found.subject, found.upload, found.items) == ("field:photo", "baby", True, ("card",))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("pqrs"),
            st.sampled_from([None, "i/1", "i/2"]),
            st.sampled_from(["submit", "commitment", "licence"]),
        ),
        max_size=8,
    )
)
def test_handing_in_everything_leaves_nothing_missing(rows: list[tuple[str, str | None, str]]) -> None:
    plan = {
        "materials": [
            material(key, any_of=group, obtained=way, why_not_needed="不用" if way == "licence" else None)
            for key, group, way in rows
        ]
    }
    every = requirements(plan)
    assert len({one.slot for one in every}) == len(every)
    assert checklist(plan, handed_in=[one.slot for one in every], promised=[one.key for one in every]).complete
