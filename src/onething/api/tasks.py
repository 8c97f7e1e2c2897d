"""A department's own tasks as its system sees them: cut on the server to the item, every read of personal data written down."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from onething.api.problems import Problem
from onething.audit.services import log_read
from onething.cases.models import ItemCase, MaterialInstance
from onething.cases.reading import items_of_case
from onething.cases.states import ItemState
from onething.delivery.rules import result_key, results_of
from onething.dispatch.papers import materials_for, produced_for
from onething.dispatch.reading import item_for, materials_of_item, slice_for, whose_is, worklist
from onething.dispatch.services import produced_of
from onething.exchange.models import ApiClient
from onething.exchange.reading import place_of
from onething.feedback.board import demands_for, window_for
from onething.feedback.models import Finding
from onething.feedback.rules import Target
from onething.feedback.wording import asked_targets
from onething.files.models import StoredFile
from onething.kit.hashing import hash_of
from onething.kit.workdays import legal_date
from onething.oneform.rules import party_subjects

__all__ = ["material_of", "open_task", "page_of_tasks", "standing", "task_document"]

VERSION_LENGTH = 32


def page_of_tasks(client: ApiClient, *, after: tuple[date, int] | None, size: int, at: datetime) -> dict[str, Any]:
    """A page of open tasks at hand, most urgent first. One query; no personal data."""
    found = worklist(client.system.officer, today=legal_date(at), after=after, size=size)
    rows = [
        {
            "number": row.number,
            "name": row.name,
            "onething": row.onething_name,
            "state": row.state,
            "received_on": row.received_on,
            "due_on": row.promised_due,
            "claimed": row.claimed_by_id is not None,
        }
        for row in found.tasks
    ]
    return {"tasks": rows, "next": None if found.after is None else f"{found.after[0].isoformat()}~{found.after[1]}"}


def open_task(client: ApiClient, number: str) -> ItemCase:
    """The task of a number, if the body has it and it was dispatched. Trying another's is written down. Raises Problem."""
    item = item_for(client.system.officer, number)
    if item is None:
        other = whose_is(number)
        if other is not None:
            note(client, other, f"denied task {other.number}")
        raise Problem(HTTPStatus.NOT_FOUND, "no_task", "本单位没有这个编号的任务；编号以任务列表为准")
    if item.item_state is ItemState.WAITING:
        raise Problem(
            HTTPStatus.CONFLICT, "waiting", "这一项在等前一项办好，还没有分派；开始时会通知，也会出现在任务列表里"
        )
    return item


def note(client: ApiClient, item: ItemCase, what: str) -> None:
    """One line in the log of reads, before anything goes out (I10)."""
    log_read(
        account=client.system.officer.account_id,
        case_number=item.case.number,
        what=what,
        at=timezone.now(),
        home_division=item.home_division,
    )


def _handed_in(item: ItemCase) -> list[MaterialInstance]:
    return materials_for(item, materials_of_item(item))


def _materials(item: ItemCase) -> list[dict[str, Any]]:
    rows = [_material(item, f"m{one.pk}", one.name, one.file, one) for one in _handed_in(item) if one.file is not None]
    results = [_material(item, f"r{one.pk}", one.name, one.file, None) for one in produced_for(item)]
    return rows + results


def _material(item: ItemCase, key: str, name: str, file: StoredFile, paper: MaterialInstance | None) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "subject": paper.subject if paper is not None else "",
        "page": paper.page if paper is not None else 1,
        "media_type": file.media_type,
        "size": file.size,
        "href": f"/api/v1/tasks/{item.number}/materials/{key}",
    }


def material_of(item: ItemCase, key: str) -> tuple[str, StoredFile]:
    """Name and file of one paper of this task. Raises Problem: one that other items asked for is not there."""
    papers = [(f"m{one.pk}", one.name, one.file) for one in _handed_in(item)]
    papers += [(f"r{one.pk}", one.name, one.file) for one in produced_for(item)]
    for own, name, file in papers:
        if own == key and file is not None:
            return name, file
    raise Problem(HTTPStatus.NOT_FOUND, "no_material", "这一项没有这份材料；编号以任务内容里的 materials 为准")


def _content(client: ApiClient, item: ItemCase, *, today: date) -> dict[str, Any]:
    """All that the body sees of the task, without how it stands."""
    siblings = items_of_case(item.case)
    cut = slice_for(item, siblings, today=today)
    return {
        "case_number": item.case.number,
        "onething": item.case.onething_name,
        "name": item.name,
        "trigger": item.trigger,
        "people": [
            {
                "name": title,
                "values": [
                    {"subject": f.subject, "element": f.element, "label": f.label, "value": f.value, "basis": f.basis}
                    for f in fields
                ],
            }
            for title, fields in cut.groups
        ],
        "materials": _materials(item),
        "wanted": [
            {"subject": one.subject, "element": one.element, "label": one.label, "required": one.required}
            for one in produced_of(item)
        ],
        "results": [
            {"key": result_key(one, place), "name": str(one["name"])}
            for place, one in enumerate(results_of(cut.item), start=1)
        ],
        **_corrections(client, item),
    }


def _corrections(client: ApiClient, item: ItemCase) -> dict[str, Any]:
    """What a finding may be about while findings may be made, and what this body has found."""
    rows = Finding.objects.of_body(client.system.officer).standing().filter(item=item).in_order()
    window = window_for(item) if item.item_state is ItemState.RECEIVED else None
    asked = asked_targets(item.case.plan, party_subjects(item.case.plan, item.case.form_values)) if window else {}
    targets = demands_for(item).targets if window else frozenset()
    return {
        "findable": [
            {**_target(target), "label": one.label, "basis": one.basis_of(item.key)}
            for target, one in asked.items()
            if target in targets
        ],
        "findings": [
            {"id": row.pk, "target": _target(row.target), "reason": row.reason, "state": row.state} for row in rows
        ],
        "findings_until": _iso(window.cut_off) if window else None,
    }


def _target(target: Target) -> dict[str, str]:
    return {"kind": target.kind.value, "key": target.key, "subject": target.subject}


def task_document(client: ApiClient, item: ItemCase, *, at: datetime) -> dict[str, Any]:
    """The whole task with its version. The caller writes the read down."""
    content = _content(client, item, today=legal_date(at))
    standing_now = {
        "number": item.number,
        "state": item.state,
        "state_words": str(item.get_state_display()),
        "received_on": _iso(item.started_on),
        "due_on": _iso(item.promised_due),
        "statutory_due_on": _iso(item.statutory_due),
        "accepted_at": _iso(item.accepted_at),
        "decided_at": _iso(item.decided_at),
    }
    version = hash_of({**content, **standing_now})[:VERSION_LENGTH]
    sequence, reported = place_of(client.system.organisation_id, item)
    return {**content, **standing_now, "version": version, "next_sequence": sequence + 1, "reported": reported}


STANDING = (
    *("number", "state", "state_words", "version", "next_sequence", "received_on", "due_on", "statutory_due_on"),
    *("accepted_at", "decided_at", "reported"),
)


def standing(client: ApiClient, item: ItemCase, *, at: datetime) -> dict[str, Any]:
    """How a task stands, without what is in it."""
    whole = task_document(client, item, at=at)
    return {name: whole[name] for name in STANDING}


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()
