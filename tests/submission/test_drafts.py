"""Drafts: saved by themselves, never overwritten silently, never another person's (ux X6, b4, c2)."""

from datetime import timedelta

import pytest
from tests.cast import AT, PLACE
from tests.factories.cases import OWNER_VALUES, begin_draft, fill_draft, make_world, picture
from tests.factories.plans import SMALL_SHOP, small_document

from onething.catalogue.services import publish
from onething.submission.models import Draft, DraftMaterial, DraftSection
from onething.submission.services import (
    AnswerRefused,
    DraftGone,
    NoSuchSection,
    NotAsked,
    NotOffered,
    Owner,
    PlaceUnknown,
    SectionConflict,
    add_instance,
    adopt_current_edition,
    answer_question,
    attach_material,
    checklist_of,
    choose_items,
    claim_anonymous,
    delete_draft,
    detach_material,
    expire_drafts,
    find_draft,
    gaps_of,
    keep_draft,
    newer_edition,
    plan_of_draft,
    remove_instance,
    save_section,
    section_states,
    set_place,
    start_or_get_draft,
    values_of,
)

pytestmark = pytest.mark.django_db


def test_starting_twice_gives_the_same_draft() -> None:
    world = make_world()
    first = start_or_get_draft(onething=SMALL_SHOP, owner=world.owner, at=AT)
    assert start_or_get_draft(onething=SMALL_SHOP, owner=world.owner, at=AT) == first
    with pytest.raises(NotOffered):
        start_or_get_draft(onething="nothing", owner=world.owner, at=AT)


def test_an_answer_the_thing_cannot_take_is_refused() -> None:
    world = make_world()
    draft = begin_draft(world)
    with pytest.raises(AnswerRefused) as refused:
        answer_question(draft_id=draft.pk, owner=world.owner, question="food", answer="maybe", at=AT)
    assert refused.value.facts["faults"]
    with pytest.raises(AnswerRefused):
        choose_items(draft_id=draft.pk, owner=world.owner, chosen=["nothing"], at=AT)
    with pytest.raises(PlaceUnknown):
        set_place(draft_id=draft.pk, owner=world.owner, place="999999", at=AT)


def test_faulty_text_is_kept_and_named_and_the_rest_is_stored() -> None:
    world = make_world()
    draft = begin_draft(world)
    typed = {**OWNER_VALUES, "owner.citizen_id_number": "32120219910305002"}
    saved = save_section(draft_id=draft.pk, owner=world.owner, section="owner", typed=typed, expected_revision=0, at=AT)
    assert [fault.message for fault in saved.faults] == ["店主身份证号要18位，现在是17位"]
    row = DraftSection.objects.get(draft=draft, key="owner")
    assert row.data["owner"]["person_name"] == "阿依古丽·买买提"
    assert row.faulty["owner.citizen_id_number"]["text"] == "32120219910305002"
    assert "owner.citizen_id_number" in {gap.key for gap in gaps_of(draft, at=AT)}


def test_two_tabs_never_overwrite_one_another_silently() -> None:
    world = make_world()
    draft = begin_draft(world)
    save = {"draft_id": draft.pk, "owner": world.owner, "section": "owner", "at": AT}
    first = save_section(typed={"owner.trade_name": "张记"}, expected_revision=0, **save)  # type: ignore[arg-type]
    with pytest.raises(SectionConflict) as conflict:
        save_section(typed={"owner.trade_name": "李记"}, expected_revision=0, **save)  # type: ignore[arg-type]
    facts = conflict.value.facts
    assert facts["mine"] == {"owner": {"trade_name": "李记"}}
    assert facts["theirs"] == {"owner": {"trade_name": "张记"}}
    assert values_of(draft)["owner"]["owner"]["trade_name"] == "张记"
    again = save_section(typed={"owner.trade_name": "张记"}, expected_revision=0, **save)  # type: ignore[arg-type]
    assert again.revision == first.revision  # the same content saved twice is no conflict
    mine = save_section(typed={"owner.trade_name": "李记"}, expected_revision=facts["theirs_revision"], **save)  # type: ignore[arg-type]
    assert mine.revision == first.revision + 1


def test_instances_are_added_and_removed_and_never_take_anothers_place() -> None:
    world = make_world()
    draft = fill_draft(world)
    act = {"draft_id": draft.pk, "owner": world.owner, "section": "staff", "at": AT}
    second = add_instance(**act)  # type: ignore[arg-type]
    third = add_instance(**act)  # type: ignore[arg-type]
    assert (second.subject, third.subject) == ("staff-2", "staff-3")
    with pytest.raises(NoSuchSection):
        add_instance(**act)  # type: ignore[arg-type]
    file = picture(9)
    attach_material(
        draft_id=draft.pk, owner=world.owner, key="健康证明", subject="staff-2", file=file, file_name="a.jpg", at=AT
    )
    removed = remove_instance(subject="staff-2", expected_revision=third.revision, **act)  # type: ignore[arg-type]
    assert list(removed.values) == ["staff-1", "staff-3"]
    assert not DraftMaterial.objects.filter(draft=draft, subject="staff-2").exists()
    assert add_instance(**act).subject == "staff-4"  # type: ignore[arg-type]
    assert values_of(draft)["staff"]["staff-1"]["person_name"] == "𬀩㛃"
    gone = remove_instance(subject="staff-3", expected_revision=removed.revision + 1, **act)  # type: ignore[arg-type]
    last = remove_instance(subject="staff-4", expected_revision=gone.revision, **act)  # type: ignore[arg-type]
    with pytest.raises(NoSuchSection):
        remove_instance(subject="staff-1", expected_revision=last.revision, **act)  # type: ignore[arg-type]


def test_sections_tell_how_far_they_are() -> None:
    world = make_world()
    draft = begin_draft(world)
    typed = {"owner.trade_name": "张记"}
    save_section(draft_id=draft.pk, owner=world.owner, section="owner", typed=typed, expected_revision=0, at=AT)
    states = {section.key: state for section, state in section_states(draft, list(draft.sections.all()), at=AT)}
    assert states == {"owner": "in_progress", "staff": "not_started"}
    filled = fill_draft(world, Draft.objects.create(**_copy(draft)))
    states = {section.key: state for section, state in section_states(filled, list(filled.sections.all()), at=AT)}
    assert states == {"owner": "complete", "staff": "complete"}


def _copy(draft: Draft) -> dict[str, object]:
    """A second draft beside the first, as after a claim."""
    return {
        "onething": draft.onething, "edition_id": draft.edition_id, "account": draft.account, "place": draft.place,
        "answers": draft.answers, "created_at": AT, "updated_at": AT, "expires_at": draft.expires_at, "set_aside": True,
    }  # fmt: skip


def test_one_upload_serves_every_item_and_only_what_is_asked_is_taken() -> None:
    world = make_world()
    draft = begin_draft(world)
    file = picture(3)
    act = {"draft_id": draft.pk, "owner": world.owner, "subject": "", "file": file, "file_name": "a.jpg", "at": AT}
    row = attach_material(key="样例场所证", **act)  # type: ignore[arg-type]
    assert attach_material(key="样例场所证", **act) == row  # type: ignore[arg-type]
    with pytest.raises(NotAsked):
        attach_material(key="business-licence", **act)  # type: ignore[arg-type]
    with pytest.raises(DraftGone):
        attach_material(**{**act, "key": "样例场所证", "owner": Owner(world.stranger)})  # type: ignore[arg-type]
    assert ("样例场所证", "") in checklist_of(draft, at=AT).done
    detach_material(draft_id=draft.pk, owner=world.owner, material_id=row.pk, at=AT)
    assert not DraftMaterial.objects.filter(draft=draft).exists()


def test_nobody_sees_or_deletes_another_persons_draft() -> None:
    world = make_world()
    draft = begin_draft(world)
    for other in (Owner(world.stranger), Owner(session_key="x"), Owner()):
        with pytest.raises(DraftGone):
            find_draft(draft.pk, other, at=AT)
        with pytest.raises(DraftGone):
            delete_draft(draft_id=draft.pk, owner=other, at=AT)
    delete_draft(draft_id=draft.pk, owner=world.owner, at=AT)
    assert not Draft.objects.exists()


def test_what_was_begun_without_signing_in_is_claimed() -> None:
    world = make_world()
    visitor = Owner(session_key="session-1")
    draft = begin_draft(world, owner=visitor)
    claimed = claim_anonymous(session_key="session-1", account=world.account, at=AT)
    assert (claimed.drafts, claimed.conflicts) == ((draft.pk,), ())
    assert find_draft(draft.pk, world.owner, at=AT).answers == {"food": "yes"}
    assert claim_anonymous(session_key="session-1", account=world.account, at=AT).drafts == ()


def test_of_two_drafts_both_stay_until_the_person_chooses() -> None:
    world = make_world()
    own = begin_draft(world, food="no")
    visitor = Owner(session_key="session-1")
    other = begin_draft(world, owner=visitor)
    claimed = claim_anonymous(session_key="session-1", account=world.account, at=AT)
    assert claimed.conflicts == ((own.pk, other.pk),)
    assert set(Draft.objects.visible_to(world.account).unfinished(at=AT)) == {own, other}
    assert start_or_get_draft(onething=SMALL_SHOP, owner=world.owner, at=AT) == own
    keep_draft(draft_id=other.pk, owner=world.owner, at=AT)
    assert start_or_get_draft(onething=SMALL_SHOP, owner=world.owner, at=AT) == other
    assert find_draft(own.pk, world.owner, at=AT).set_aside


def test_a_draft_keeps_its_edition_until_its_owner_agrees() -> None:
    world = make_world()
    draft = begin_draft(world)
    assert newer_edition(draft, at=AT) is None
    later = AT + timedelta(hours=1)
    document = {**small_document(), "name": "开小店一件事（新）", "questions": []}
    document["items"] = [{**item, "when": True} for item in document["items"]]
    publish([document], effective_at=later, at=later)
    newer = newer_edition(draft, at=later)
    assert newer is not None
    assert plan_of_draft(find_draft(draft.pk, world.owner, at=later), on=AT.date())["name"] == "开小店一件事"
    adopted = adopt_current_edition(draft_id=draft.pk, owner=world.owner, at=later)
    assert adopted.edition_id == newer.pk
    assert adopted.answers == {}  # the question is gone, its answer with it
    assert plan_of_draft(adopted, on=AT.date())["name"] == "开小店一件事（新）"


def test_drafts_end_after_their_days() -> None:
    world = make_world()
    draft = begin_draft(world)
    end = draft.expires_at
    assert (end - AT).days == 90
    with pytest.raises(DraftGone):
        find_draft(draft.pk, world.owner, at=end)
    fresh = start_or_get_draft(onething=SMALL_SHOP, owner=world.owner, at=end, place=PLACE)
    assert fresh != draft
    assert expire_drafts(at=end) == 0
    assert expire_drafts(at=fresh.expires_at) == 1
