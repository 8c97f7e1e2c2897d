"""Which outcomes the verdicts allow, and what the machine sees (R2.2.c/1, R2.2.c/2)."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from onething.feedback.rules import Target, TargetKind
from onething.intake.rules import AlarmKind, Paper, alarms_of, gaps_of, judged_parts, outcomes_for
from onething.intake.states import Outcome, Verdict

TODAY = date(2026, 3, 5)
parts = st.lists(
    st.builds(Target, st.sampled_from(TargetKind), st.sampled_from(["甲", "乙", "丙"]), st.sampled_from(["", "owner"])),
    unique=True,
    min_size=1,
    max_size=6,
)


@given(parts, st.data())
def test_complete_is_only_what_was_looked_at_in_every_part_and_found_in_order(
    found: list[Target], data: st.DataObject
) -> None:
    verdicts = data.draw(st.dictionaries(st.sampled_from(found), st.sampled_from(Verdict)))
    allowed = outcomes_for(found, verdicts)
    all_judged = all(part in verdicts for part in found)
    wrong = Verdict.TO_CORRECT in [verdicts.get(part) for part in found]
    assert (Outcome.COMPLETE in allowed) == (all_judged and not wrong)
    assert (Outcome.CORRECTION in allowed) == (Outcome.ON_THE_SPOT in allowed) == (all_judged and wrong)
    assert not {Outcome.NOT_COMPETENT, Outcome.NOT_REQUIRED} & set(allowed)
    for outcome in Outcome:
        told = gaps_of(outcome, found, verdicts)
        assert bool(told) == (outcome not in allowed)


def test_sections_and_materials_are_judged_and_single_data_are_not() -> None:
    all_kinds = [Target(kind, "甲") for kind in TargetKind]
    assert [one.kind for one in judged_parts(all_kinds)] == [TargetKind.MATERIAL, TargetKind.SECTION]


def test_the_same_file_under_two_materials_is_seen_and_two_pages_of_one_are_not() -> None:
    papers = [
        Paper("身份证", "owner", "身份证", 1),
        Paper("身份证", "owner", "身份证", 1),
        Paper("租房合同", "", "租房合同", 1),
        Paper("照片", "", "照片", None),
        Paper("承诺", "", "承诺", None),
    ]
    found = alarms_of({}, {}, papers, same_cases=["3212"], today=TODAY, demonstration=True)
    assert [one.kind for one in found] == [AlarmKind.SAME_FILE, AlarmKind.SAME_CASE]
    assert found[0].about == Target(TargetKind.MATERIAL, "租房合同")
    assert "租房合同" in found[0].text
    assert "3212" in found[1].text


FORM = {
    "form": [
        {"element": element, "subject": "owner", "party": "owner", "party_name": "店主", "label": label, "type": kind,
         "element_name": label, "required": True, "asked_by": [{"item": "licence", "basis": "条例"}]}
        for element, label, kind in (
            ("citizen_id_number", "店主身份证号", "id_number"),
            ("lease_end", "租约有效期至", "date"),
            ("mobile_number", "手机号码", "phone"),
        )
    ],
    "parties": [{"key": "owner", "name": "店主", "kind": "person", "cardinality": "one"}],
}  # fmt: skip


@given(day=st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1)))
def test_identity_validity_and_format_are_checked_without_saying_the_value(day: date) -> None:
    values = {"owner": {"owner": {"citizen_id_number": "12345", "lease_end": day.isoformat(), "mobile_number": "12"}}}
    found = alarms_of(FORM, values, [], same_cases=[], today=TODAY, demonstration=True)
    kinds = [one.kind for one in found]
    assert AlarmKind.IDENTITY in kinds
    assert AlarmKind.FORMAT in kinds
    assert (AlarmKind.VALIDITY in kinds) == (day < TODAY)
    assert not any("12345" in one.text for one in found)
    assert all(one.about == Target(TargetKind.SECTION, "owner") for one in found)
