"""The submit path's write: one statement for the rows of the case, whatever their number.

Measured before: a row per statement is a third of the speed of one multi-row insert per table, and one statement with
common table expressions is the fastest way to the same rows. The child rows take the case's id out of the statement itself; no
counter is updated, the number comes out of a sequence. The events and the outbox are written by the apps that own them, in
the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

from onething.audit.services import append_events
from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.cases.record import announcement
from onething.dispatch.models import Dispatch
from onething.dispatch.services import TOPIC_COORDINATOR, TOPIC_ITEM
from onething.kit import db, outbox
from onething.kit.sealed import SealedJSONField, seal_packed
from onething.submission.assemble import NewCase
from onething.submission.models import Draft, DraftMaterial, DraftSection

__all__ = ["TOPIC_RECEIPT", "write_case"]

TOPIC_RECEIPT = "submission.receipt"

# A waiting period begins with acceptance at the earliest: nobody has one yet.
SKIPPED = {"id", "case_id", "waits_until"}


@db.transaction_required
def write_case(new: NewCase, *, draft_id: int, at: datetime) -> int:
    """Write a submission; gives the case's id. Raises IntegrityError when the account's key has a case already.

    The draft lets go of what it held: the case has it now, and a repeated submit needs nothing but the pointer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(),
            [
                *_case_values(new),
                _rows(ItemCase, new.items),
                _rows(MaterialInstance, new.materials),
                at,
                at,
                draft_id,
                draft_id,
                draft_id,
            ],
        )
        case_id = int(cursor.fetchone()[0])
    append_events(new.events, new_case=True)
    outbox.enqueue_many(_messages(new), at=at)
    return case_id


def _messages(new: NewCase) -> list[outbox.Message]:
    """One message for the whole dispatch, two for the applicant (told, and the receipt), one per item that nobody is known for."""
    started = [item.number for item in new.items if item.organisation is not None and item.started_at is not None]
    home = new.case.home_division
    return [
        outbox.Message(TOPIC_ITEM, new.number, {"items": started}, home),
        announcement(new.case, 1),
        outbox.Message(TOPIC_RECEIPT, new.number, {"case": new.number}, home),
        *(outbox.Message(TOPIC_COORDINATOR, item.number, {"item": item.number}, home) for item in new.unrouted),
    ]


@cache
def _statement() -> str:
    case_columns = _columns(OneThingCase)
    return f"""
        WITH new_case AS (
            INSERT INTO {_table(OneThingCase)} ({_names(case_columns)})
            VALUES ({", ".join(["%s"] * len(case_columns))})
            RETURNING id, home_division
        ), new_items AS (
            INSERT INTO {_table(ItemCase)} (case_id, {_names(_columns(ItemCase))})
            SELECT c.id, {_names(_columns(ItemCase), "r")} FROM new_case c, {_record(ItemCase)}
            RETURNING id, organisation_id, home_division
        ), new_materials AS (
            INSERT INTO {_table(MaterialInstance)} (case_id, {_names(_columns(MaterialInstance))})
            SELECT c.id, {_names(_columns(MaterialInstance), "r")} FROM new_case c, {_record(MaterialInstance)}
        ), new_dispatches AS (
            INSERT INTO {_table(Dispatch)} (item_id, home_division, organisation_id, round, sent_at, return_reason, right_body)
            SELECT id, home_division, organisation_id, 1, %s::timestamptz, '', '' FROM new_items
        ), emptied AS (
            UPDATE {_table(Draft)} d
               SET case_id = c.id, answers = '{{}}', commitments = '[]', updated_at = %s::timestamptz
              FROM new_case c WHERE d.id = %s
        ), without_sections AS (
            DELETE FROM {_table(DraftSection)} WHERE draft_id = %s
        ), without_materials AS (
            DELETE FROM {_table(DraftMaterial)} WHERE draft_id = %s
        )
        SELECT id FROM new_case
    """  # noqa: S608  # names of our own tables and columns, no input


def _case_values(new: NewCase) -> list[Any]:
    """The case's columns as Django would store them, so that sealed fields go through their seam."""
    return [_stored(new.case, field, new.packed_plan) for field in _columns(OneThingCase)]


def _rows(model: type[models.Model], rows: Sequence[models.Model]) -> str:
    """Rows as one JSON text that the statement unpacks by the columns' own types."""
    plain = [(str(field.column), field.attname) for field in _columns(model) if not isinstance(field, SealedJSONField)]
    sealed = [field for field in _columns(model) if isinstance(field, SealedJSONField)]
    written = orjson.dumps(
        [
            {column: getattr(row, name) for column, name in plain}
            | {str(field.column): f"\\x{_stored(row, field).hex()}" for field in sealed}
            for row in rows
        ]
    )
    return written.decode()


def _stored(row: models.Model, field: "models.Field[Any, Any]", packed_plan: bytes = b"") -> Any:  # noqa: ANN401  # whatever the column stores
    """A value as its column stores it. The plan's bytes are known, packing it again is most of the work."""
    if packed_plan and field.name == "plan":
        return seal_packed(packed_plan)
    return field.get_db_prep_save(getattr(row, field.attname), connection)


@cache
def _columns(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    return tuple(
        field
        for field in model._meta.concrete_fields  # noqa: SLF001  # Django's documented Meta API
        if field.column and field.column not in SKIPPED and not field.generated
    )


def _names(fields: "Sequence[models.Field[Any, Any]]", prefix: str = "") -> str:
    dot = f"{prefix}." if prefix else ""
    return ", ".join(f"{dot}{connection.ops.quote_name(str(field.column))}" for field in fields)


def _record(model: type[models.Model]) -> str:
    types = ", ".join(
        f"{connection.ops.quote_name(str(field.column))} {field.db_type(connection)}" for field in _columns(model)
    )
    return f"jsonb_to_recordset(%s::jsonb) AS r ({types})"


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  # Django's documented Meta API
