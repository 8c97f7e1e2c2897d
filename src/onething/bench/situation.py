"""The application that is handed in again and again: opening a restaurant, six items of five bodies."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from onething.files.models import StoredFile
from onething.files.services import store_content
from onething.kit.identity import citizen_check_character
from onething.kit.workdays import legal_date
from onething.oneform.checks import check_value
from onething.oneform.rules import Field, sections
from onething.parties.demo import PLACE
from onething.parties.models import Account
from onething.submission.models import Draft
from onething.submission.services import (
    Owner,
    answer_question,
    attach_material,
    checklist_of,
    issue_draft_notice,
    plan_of_draft,
    save_section,
    start_or_get_draft,
    tick_commitment,
    values_of,
)

__all__ = ["ANSWERS", "ITEMS", "LARGEST", "ONETHING", "filled_draft"]

ONETHING: Final = "restaurant-start"
ITEMS: Final = 6
ANSWERS: Final[dict[str, Any]] = {
    "has-licence": "licence-none", "dishes": ["hot", "cold"], "online": "online-no", "area": "86",
    "gathering-place": "gathering-yes", "fire-route": "fire-commit", "decoration": "deco-small",
    "signboard": "sign-shop", "tobacco": "tobacco-no", "drain": "drain-shared", "eia": "eia-no", "agent": "self",
}  # fmt: skip
# The largest shipped document, in a situation with many items: what planning is measured with.
LARGEST: Final[dict[str, Any]] = {
    "domicile": "local", "death-kind": "hospital", "burial": "cremated", "pension-kind": "employee-retired",
    "medical-kind": "employee", "pay-to": "heir-account", "housing-fund": 10000, "other-heirs": 1,
    "lost-papers": ["none"], "licence": "yes", "welfare": ["none"], "estate-query": ["none"],
}  # fmt: skip
SAMPLES: Final = {
    "phone": "13800001234",
    "uscc": "91321202MA00000007",
    "bank_account": "6222020000000000009",
    "date": "1991-03-05",
    "datetime": "2026-03-05 14:30",
    "month": "2026-03",
    "boolean": "yes",
}
# Tried one after the other where an element has a pattern of its own.
TYPED: Final = (
    "示例文字", "王大勇", "1", "2", "50", "3200", "10.5", "2026", "123456", "A123456789", "J321202-2026-000001", "abc@example.test",
    "225300", "13800001234", "2026-03-05", "示例字号", "91321202MA00000007", "示例路1号", "100000", "321202", "1234567890",
    "苏M12345", "12345678", "AB123456",
)  # fmt: skip
# The smallest picture that is one: 1 × 1, PNG.
PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f030005fe02fea7d2b1be0000000049454e44ae426082"
)


def filled_draft(account: Account, *, onething: str = ONETHING, at: datetime) -> Draft:
    """A draft in which nothing is missing but the declaration, made by the very verbs that pages call."""
    owner = Owner(account)
    draft = start_or_get_draft(onething=onething, owner=owner, at=at, place=PLACE)
    while open_questions := _open(draft, at):
        key = open_questions[0]["key"]
        draft = answer_question(draft_id=draft.pk, owner=owner, question=key, answer=_answer(open_questions[0]), at=at)
    issue_draft_notice(draft_id=draft.pk, owner=owner, at=at)
    _fill_form(draft, owner, at)
    _hand_in(draft, owner, at)
    return Draft.objects.with_edition().get(pk=draft.pk)


def _open(draft: Draft, at: datetime) -> list[Any]:
    return [one for one in plan_of_draft(draft, on=legal_date(at))["questions"] if one["status"] == "open"]


def _answer(question: Any) -> Any:  # noqa: ANN401  # any JSON
    """The answer chosen above; the first one for a question that came later."""
    if question["key"] in ANSWERS:
        return ANSWERS[question["key"]]
    if question["type"] == "number":
        return question["min"] or 1
    first = (question["options"] or [{"value": "2026-03-05"}])[0]["value"]
    return [first] if question["multiple"] else first


def _fill_form(draft: Draft, owner: Owner, at: datetime) -> None:
    plan = plan_of_draft(draft, on=legal_date(at))
    for section in sections(plan, values_of(draft)):
        typed = {one.key: _value(one, at) for one in section.fields if one.required}
        save_section(draft_id=draft.pk, owner=owner, section=section.key, typed=typed, expected_revision=0, at=at)


def _hand_in(draft: Draft, owner: Owner, at: datetime) -> None:
    papers = checklist_of(draft, at=at)
    promises = {row.key for row in papers.promises}
    for number, lack in enumerate(papers.missing):
        key, subject = lack.slots[0]
        if key in promises:
            tick_commitment(draft_id=draft.pk, owner=owner, key=key, ticked=True, at=at)
            continue
        attach_material(
            draft_id=draft.pk,
            owner=owner,
            key=key,
            subject=subject,
            file=_file(number, at),
            file_name="照片.png",
            at=at,
        )


def _file(number: int, at: datetime) -> StoredFile:
    return store_content(PICTURE + bytes([number]), media_type="image/png", at=at)


def _value(asked: Field, at: datetime) -> str:
    """Something one field takes: its first choice, a sample of its type, or what fits its pattern."""
    if asked.options:
        return asked.options[0][0]
    for text in _candidates(asked):
        value, fault = check_value(asked, text, today=legal_date(at), demonstration=settings.ONETHING_DEMO)
        if value and fault is None:
            return text
    msg = f"the bench has no sample for {asked.key} ({asked.type} {asked.pattern}); add one to TYPED"
    raise LookupError(msg)


def _candidates(asked: Field) -> Iterator[str]:
    first_17 = "32120219880912005"
    signs = "0123456789X"
    if asked.type == "id_number":
        yield first_17 + signs[(signs.index(citizen_check_character(first_17)) + 1) % len(signs)]
    if asked.element == "person_name":
        yield "王大勇"
    yield from (asked.example, SAMPLES.get(asked.type, ""), str(asked.minimum or ""), *TYPED)
