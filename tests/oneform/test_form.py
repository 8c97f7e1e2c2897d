"""The one form: sections by party, each datum once, messages that say what to do (R2.4, I1, I2)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.cases import CITIZEN_NUMBER
from tests.factories.plans import small_plan

from onething.oneform.checks import check_value
from onething.oneform.rules import (
    Field,
    clean_section,
    derived_values,
    find_section,
    known_values,
    missing,
    prune,
    sections,
)

TODAY = date(2026, 11, 25)
FAULTLESS = st.text(max_size=80)


def field(kind: str, **changed: Any) -> Field:
    given_values: dict[str, Any] = {
        "subject": "owner", "element": "thing", "name": "事物", "label": "这一栏", "type": kind, "required": True, **changed,
    }  # fmt: skip
    return Field(**given_values)


def checked(kind: str, text: str | list[str], **changed: Any) -> tuple[Any, str]:
    value, fault = check_value(field(kind, **changed), text, today=TODAY, demonstration=True)
    return value, fault.message if fault else ""


def test_sections_follow_the_parties_and_ask_each_datum_once() -> None:
    found = sections(small_plan(), {})
    assert [(one.key, one.repeats, one.least, one.most) for one in found] == [
        ("owner", False, 1, 1),
        ("staff", True, 1, 3),
    ]
    keys = [one.key for section in found for one in section.fields]
    assert len(keys) == len(set(keys))
    assert found[0].fields[0].asked_by == (
        ("licence", "《市场主体登记管理条例》第十九条"),
        ("seal", "《印章管理办法》第五条"),
    )
    assert [instance.title for instance in found[1].instances] == ["店员1"]


def test_the_number_of_instances_that_an_answer_gives_is_fixed() -> None:
    plan = small_plan()
    plan["form"] = [{**row, "repeats": False} for row in plan["form"]]
    plan["parties"][1]["instances"] = ["staff-1", "staff-2"]
    staff = find_section(plan, {}, "staff")
    assert staff is not None
    assert [instance.subject for instance in staff.instances] == ["staff-1", "staff-2"]
    assert not staff.may_add
    assert not staff.may_remove


def test_all_faults_come_at_once_and_nothing_typed_is_lost() -> None:
    owner = find_section(small_plan(), {}, "owner")
    assert owner is not None
    typed = {"owner.person_name": "李3", "owner.citizen_id_number": "3212", "owner.trade_name": "张记"}
    cleaned = clean_section(owner, typed, today=TODAY, demonstration=True)
    assert [fault.key for fault in cleaned.faults] == ["owner.person_name", "owner.citizen_id_number"]
    assert cleaned.typed == {"owner.person_name": "李3", "owner.citizen_id_number": "3212"}
    assert cleaned.values == {"owner": {"trade_name": "张记"}}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  张  记 ", "张 记"),
        ("number", "１，２34.50".replace("，", ","), "1234.50"),
        ("number", "50厘米", "50"),
        ("date", "2026年3月5日", "2026-03-05"),
        ("date", "20260305", "2026-03-05"),
        ("date", "2026/3/5", "2026-03-05"),
        ("datetime", "2026-03-05T14:30", "2026-03-05 14:30"),
        ("datetime", "2026年3月5日14时30分", "2026-03-05 14:30"),
        ("month", "2026年3月", "2026-03"),
        ("boolean", "是", "yes"),
        ("phone", "+86 138 0000 1234", "13800001234"),
        ("long_text", "一\r\n二 ", "一\n二"),
    ],
)
def test_what_people_type_becomes_one_form(kind: str, text: str, value: str) -> None:
    assert checked(kind, text, unit="厘米") == (value, "")


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("number", "很多", "这一栏只写数字，例如 3"),
        ("number", "1e9", "这一栏的数字太长，请检查"),
        ("number", "0", "这一栏不能小于1，现在是0"),
        ("number", "11", "这一栏不能大于10，现在是11"),
        ("date", "2026-02-30", "这一栏写年月日，例如 2026-03-05"),
        ("datetime", "2026-03-05", "这一栏写到几点几分，例如 2026-03-05 14:30"),
        ("month", "2026-13", "这一栏写年和月，例如 2026-03"),
        ("boolean", "也许", "选择这一栏：是或否"),
        ("phone", "138", "这一栏要11位，现在是3位"),
        ("id_number", "32120219910305002", "这一栏要18位，现在是17位"),
        ("text", "长" * 201, "这一栏最多200个字，现在是201个"),
        ("text", "\ue000", "这一栏里有一个自造字，别的电脑显示不出来，请换输入法重新输入"),
    ],
)
def test_messages_say_what_to_do(kind: str, text: str, message: str) -> None:
    assert checked(kind, text, example="3", minimum=1, maximum=10)[1] == message


def test_choices_take_value_or_word_and_several_where_allowed() -> None:
    options = (("1", "男"), ("2", "女"))
    assert checked("choice", "男", options=options) == ("1", "")
    assert checked("choice", "3", options=options)[1] == "从列出的选项里选择这一栏"
    assert checked("choice", ["男", "2"], options=options, multiple=True) == (["1", "2"], "")
    assert checked("choice", ["9"], options=options, multiple=True)[1] == "从列出的选项里选择这一栏"


def test_the_elements_own_pattern_counts() -> None:
    assert checked("text", "A12", pattern=r"^[A-Z]\d{2}$") == ("A12", "")
    assert (
        checked("text", "a", pattern=r"^[A-Z]\d{2}$", example="A12")[1] == "这一栏和要求的写法不一样，请检查，例如 A12"
    )


@given(
    st.sampled_from(["text", "number", "date", "datetime", "month", "phone", "id_number", "uscc", "bank_account"]),
    FAULTLESS,
)
def test_any_text_is_a_value_or_a_message_and_a_kept_value_stays(kind: str, text: str) -> None:
    """Whatever is typed: never an exception, and reading a kept value again gives the same value."""
    value, message = checked(kind, text)
    if value is not None and not message:
        assert checked(kind, value) == (value, "")


@pytest.mark.parametrize(
    ("document", "text", "fault"),
    [
        ("居民身份证", CITIZEN_NUMBER, ""),
        ("居民身份证", "-", "18位"),
        ("护照", "E1234567", ""),
        ("统一社会信用代码", "E1234567", "18位"),
        ("统一社会信用代码", "91321202MA00D01A71", ""),
    ],
)
@pytest.mark.parametrize("authored", ["text", "id_number"])
def test_a_number_is_checked_as_that_of_its_document(document: str, text: str, fault: str, authored: str) -> None:
    """Whether the document is typed beside it, was saved before, or follows from an answer: a passport is no identity card."""
    number = {"element": "id_document_number", "type": authored, "pattern": "^[0-9A-Za-z-]{1,30}$"}
    kind = {"element": "id_document_type", "type": "text"}
    form = [{"party": "buyer", "subject": "buyer", "label": "证件", "required": True, **row} for row in (kind, number)]
    asked = find_section({"form": form}, {}, "buyer")
    told = {"form": form[1:], "supplied": [{**form[0], "source": {"kind": "answer", "value": document}}]}
    known = find_section(told, {}, "buyer")
    saved = find_section({"form": form}, {"buyer": {"buyer": {"id_document_type": document}}}, "buyer")
    for section, typed in ((asked, {"buyer.id_document_type": document}), (known, {}), (saved, {})):
        assert section is not None
        entered = {**typed, "buyer.id_document_number": text}
        faults = clean_section(section, entered, today=TODAY, demonstration=True).faults
        assert [fault in one.message for one in faults] == ([True] if fault else []), faults


def test_birth_date_sex_and_age_follow_from_the_number() -> None:
    plan = small_plan()
    row = next(one for one in plan["supplied"] if one["element"] == "birth_date")
    plan["supplied"] += [{**row, "element": "sex"}, {**row, "element": "age"}]
    values = {"owner": {"owner": {"citizen_id_number": CITIZEN_NUMBER}}}
    found = derived_values(plan, values, today=TODAY)
    assert found == {"owner": {"birth_date": "1991-03-05", "sex": "女", "age": "35"}}
    assert known_values(plan, values, today=TODAY)["owner"]["citizen_id_number"] == CITIZEN_NUMBER
    assert derived_values(plan, {}, today=TODAY) == {}


def test_the_account_is_in_the_name_of_whoever_is_paid() -> None:
    """Nobody is asked for a holder the catalogue derives from the name, and the department still gets it."""
    plan = small_plan()
    row = next(one for one in plan["supplied"] if one["element"] == "birth_date")
    source = {**row["source"], "from": [{"party": "owner", "element": "person_name"}]}
    plan["supplied"] = [{**row, "element": "bank_account_holder", "source": source}]
    values = {"owner": {"owner": {"person_name": "阿依古丽·买买提"}}}
    assert derived_values(plan, values, today=TODAY) == {"owner": {"bank_account_holder": "阿依古丽·买买提"}}


def test_missing_lists_everything_and_prune_keeps_only_what_is_asked() -> None:
    plan = small_plan()
    values = {"owner": {"owner": {"person_name": "李梅", "not_asked": "x"}}, "gone": {"gone": {"a": "b"}}}
    assert [gap.message for gap in missing(plan, values)] == [
        "填写店主身份证号", "填写店主的店招文字", "填写店员1的店员姓名", "填写店员1的店员手机号码",
    ]  # fmt: skip
    assert prune(plan, values) == {"owner": {"owner": {"person_name": "李梅"}}}


def test_what_an_answer_has_counted_cannot_be_added_to() -> None:
    """How many heirs there are was asked; another one begins with another answer, not with a row."""
    row = {
        "party": "heir",
        "subject": "heir",
        "element": "person_name",
        "label": "姓名",
        "type": "text",
        "repeats": True,
    }
    party = {"key": "heir", "name": "继承人", "min": 0, "max": 5, "instances": ["heir-1", "heir-2"], "counted": True}
    section = sections({"form": [row], "parties": [party]}, {})[0]
    assert [one.subject for one in section.instances] == ["heir-1", "heir-2"]
    assert not section.may_add
    assert not section.may_remove
    free = sections({"form": [row], "parties": [party | {"counted": False}]}, {})[0]
    assert free.may_add
