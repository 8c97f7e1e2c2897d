"""A small world for tests of drafts, cases and departments: the small shop, published, in a small town with officers.

world = make_world()
case = make_case(world)                       # handed in by 李梅, dispatched
licence = item_of(case, "licence")
grant(world, licence)                         # accepted and granted by its body's reviewer
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image
from tests.cast import AT, PLACE, Name
from tests.factories.parties import Town, make_account, make_officer, make_town
from tests.factories.plans import SMALL_SHOP, small_document

from onething.cases.models import ItemCase, OneThingCase
from onething.catalogue.services import publish
from onething.dispatch.services import Decision, accept_item, decide_item
from onething.files.models import StoredFile
from onething.files.services import store_upload
from onething.oneform.checks import check_value
from onething.oneform.rules import Field, sections
from onething.parties.models import Account, Officer
from onething.submission.models import Draft
from onething.submission.services import (
    Owner,
    answer_question,
    attach_material,
    checklist_of,
    plan_of_draft,
    save_section,
    start_or_get_draft,
    submit,
    tick_commitment,
    values_of,
)

__all__ = [
    "CITIZEN_NUMBER",
    "OWNER_VALUES",
    "STAFF_VALUES",
    "World",
    "begin_draft",
    "fill_any",
    "fill_draft",
    "grant",
    "item_of",
    "make_case",
    "make_world",
    "picture",
    "refuse",
    "sample_value",
    "submit_draft",
]

# A woman born on 1991-03-05, with a wrong check character: demonstrations take no other.
CITIZEN_NUMBER = "321202199103050025"
OWNER_VALUES = {
    "owner.person_name": "阿依古丽·买买提",
    "owner.citizen_id_number": CITIZEN_NUMBER,
    "owner.trade_name": "䶮记",
}
STAFF_VALUES = {"staff-1.person_name": "𬀩㛃", "staff-1.mobile_number": "13800001234"}
FUNCTIONS = ("market", "health", "public-security")


@dataclass
class World:
    """Who and what is there."""

    town: Town
    account: Account
    stranger: Account
    officers: dict[str, Officer] = field(default_factory=dict)
    colleagues: dict[str, Officer] = field(default_factory=dict)
    coordinator: Officer | None = None

    @property
    def owner(self) -> Owner:
        """李梅 as the owner of her drafts."""
        return Owner(self.account)

    def reviewer(self, item: ItemCase) -> Officer:
        """The reviewer of the body that has an item."""
        return next(one for one in self.officers.values() if one.organisation_id == item.organisation_id)


def make_world(*functions: str, at: datetime = AT, document: dict[str, Any] | None = None) -> World:
    """The small shop published; a town whose bodies hold `functions` (all three if none are named), two reviewers each.

    `document` is another shape of the small shop (`changed_small_document`).
    """
    town = make_town(*(functions or FUNCTIONS))
    publish([document or small_document()], effective_at=at, at=at)
    world = World(town, make_account(), make_account(Name.STRANGER))
    for key, body in town.bodies.items():
        world.officers[key] = make_officer(body, name=Name.REVIEWER)
        world.colleagues[key] = make_officer(body, name="孙洁")
    first = next(iter(town.bodies.values()))
    world.coordinator = make_officer(first, name=Name.COORDINATOR, role=Officer.Role.COORDINATOR)
    return world


def picture(seed: int = 0, *, at: datetime = AT) -> StoredFile:
    """A small photograph, another one for every seed, taken in as an upload is."""
    content = BytesIO()
    Image.new("RGB", (40 + seed, 30), (seed % 255, 80, 120)).save(content, "JPEG")
    content.seek(0)
    return store_upload(content, filename=f"{seed}.jpg", declared="image/jpeg", at=at)


def begin_draft(world: World, *, owner: Owner | None = None, food: str | None = "yes", at: datetime = AT) -> Draft:
    """A draft for the small shop with its place and, unless None, the one question answered."""
    who = owner or world.owner
    draft = start_or_get_draft(onething=SMALL_SHOP, owner=who, at=at, place=PLACE)
    if food is not None:
        draft = answer_question(draft_id=draft.pk, owner=who, question="food", answer=food, at=at)
    return draft


def fill_draft(
    world: World,
    draft: Draft | None = None,
    *,
    food: str = "yes",
    changed: Mapping[str, str] | None = None,
    at: datetime = AT,
) -> Draft:
    """A draft in which nothing is missing but the declaration."""
    draft = draft or begin_draft(world, food=food, at=at)
    who, typed = world.owner, {**OWNER_VALUES, **STAFF_VALUES, **(changed or {})}
    save_section(draft_id=draft.pk, owner=who, section="owner", typed=typed, expected_revision=0, at=at)
    _attach(world, draft, "样例场所证", "", 1, at)
    tick_commitment(draft_id=draft.pk, owner=who, key="不侵权承诺", ticked=True, at=at)
    if food == "yes":
        save_section(draft_id=draft.pk, owner=who, section="staff", typed=typed, expected_revision=0, at=at)
        _attach(world, draft, "健康证明", "staff-1", 2, at)
    draft.refresh_from_db()
    return draft


def submit_draft(world: World, draft: Draft, *, key: str = "", at: datetime = AT) -> OneThingCase:
    """Hand a filled draft in."""
    done = submit(
        draft_id=draft.pk, owner=world.owner, idempotency_key=key or f"draft-{draft.pk}", declaration=True, at=at
    )
    return OneThingCase.objects.get(pk=done.case_id)


def make_case(
    world: World, *, food: str = "yes", changed: Mapping[str, str] | None = None, at: datetime = AT
) -> OneThingCase:
    """A case of the small shop, just handed in: licence and sign-check received, food-permit and seal waiting."""
    return submit_draft(world, fill_draft(world, food=food, changed=changed, at=at), at=at)


def item_of(case: OneThingCase, key: str) -> ItemCase:
    """One item of a case, fresh from the database."""
    return ItemCase.objects.select_related("case", "organisation").get(case=case, key=key)


def grant(world: World, item: ItemCase, *, at: datetime = AT, uscc: str = "91321202MA00000007") -> ItemCase:
    """Accept and grant an item; the licence brings forth a credit code."""
    produced = {"owner": {"uscc": uscc}} if item.key == "licence" else {}
    officer = world.reviewer(item)
    accept_item(item_id=item.pk, officer=officer, at=at)
    decision = Decision(granted=True, opinion="符合条件，同意。", basis="条例第十九条", produced=produced)
    return decide_item(item_id=item.pk, officer=officer, decision=decision, at=at)


def refuse(world: World, item: ItemCase, *, at: datetime = AT) -> ItemCase:
    """Accept and refuse an item, with all the law wants."""
    officer = world.reviewer(item)
    accept_item(item_id=item.pk, officer=officer, at=at)
    decision = Decision(
        granted=False, basis="条例第十九条", reason="场所不符合要求。", remedies="60日内可以申请行政复议。"
    )
    return decide_item(item_id=item.pk, officer=officer, decision=decision, at=at)


SAMPLES = {
    "id_number": CITIZEN_NUMBER,
    "phone": "13800001234",
    "uscc": "91321202MA00000007",
    "bank_account": "6222020000000000009",
    "date": "2026-03-05",
    "datetime": "2026-03-05 14:30",
    "month": "2026-03",
    "boolean": "yes",
}


def sample_value(asked: Field) -> str:
    """A value that one field of any form takes, by its choices, its pattern or its type."""
    if asked.options:
        return asked.options[0][0]
    if asked.element == "person_name":
        return "李梅"
    if asked.element == "id_document_number" and asked.type == "text":
        return CITIZEN_NUMBER
    for text in (asked.example, SAMPLES.get(asked.type, ""), str(asked.minimum or ""), *PATTERNED):
        value, fault = check_value(asked, text, today=AT.date(), demonstration=True)
        if value and fault is None:
            return text
    msg = f"no sample for {asked.key} ({asked.type}, {asked.pattern})"
    raise AssertionError(msg)


PATTERNED = (
    "示例文字", "1", "2", "50", "3200", "10.5", "2026", "123456", "A123456789", "J321202-2026-000001", "abc@example.test",
    "225300", "13800001234", "2026-03-05", "示例字号", "91321202MA00000007", "6222020000000000009", "示例路1号", "100000",
    "321202", "1234567890", "2026-321202-01-01-000001", "321202202611250101", "321202001001GB00001F00010001", "苏M12345", "12345678", "AB123456", "2026-03-05 14:30",
)  # fmt: skip


def fill_any(draft: Draft, owner: Owner, *, at: datetime = AT) -> Draft:
    """Fill whatever the form of a draft asks, hand in and promise what must be."""
    plan = plan_of_draft(draft, on=AT.date())
    for section in sections(plan, values_of(draft)):
        typed = {one.key: sample_value(one) for one in section.fields if one.required}
        saved = save_section(
            draft_id=draft.pk, owner=owner, section=section.key, typed=typed, expected_revision=0, at=at
        )
        assert not saved.faults, saved.faults
    papers = checklist_of(draft, at=at)
    file = picture(1, at=at)
    for lack in papers.missing:
        key, subject = lack.slots[0]
        if any(row.key == key for row in papers.promises):
            tick_commitment(draft_id=draft.pk, owner=owner, key=key, ticked=True, at=at)
        else:
            attach_material(
                draft_id=draft.pk, owner=owner, key=key, subject=subject, file=file, file_name="a.jpg", at=at
            )
    draft.refresh_from_db()
    return draft


def _attach(world: World, draft: Draft, key: str, subject: str, seed: int, at: datetime) -> None:
    file = picture(seed, at=at)
    attach_material(
        draft_id=draft.pk, owner=world.owner, key=key, subject=subject, file=file, file_name=f"{key}.jpg", at=at
    )
