"""What goes over the wire. Words are for people, codes and keys for programs; days are ISO dates, moments ISO in UTC."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from onething.cases.states import ItemState
from onething.exchange.rules import DepartmentStatus

__all__ = [
    "Accept",
    "CheckDone",
    "Decide",
    "Material",
    "Named",
    "NotAccept",
    "Person",
    "Report",
    "Standing",
    "Task",
    "TaskPage",
    "TaskRow",
    "Value",
    "Wanted",
]

# PostgreSQL keeps no NUL in a text.
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
DOCUMENT_LENGTH = 1_900_000


class TaskRow(Schema):
    """One task in a list: no personal data."""

    number: str
    name: str
    onething: str
    state: ItemState
    due_on: date | None = Field(description="The day this body promised")
    claimed: bool = Field(description="A person of the body has taken it in the platform; a system then may only read")


class TaskPage(Schema):
    """Some tasks, most urgent first, and where the next page begins."""

    tasks: list[TaskRow]
    next: str | None = Field(description="Give it back as `after`; null: this was the last page")


class Value(Schema):
    """One datum of the form with the basis on which it is asked."""

    subject: str
    element: str
    label: str
    value: str
    basis: str


class Person(Schema):
    """The data of one person or thing the case is about."""

    name: str
    values: list[Value]


class Material(Schema):
    """One paper; `href` gives its content."""

    id: str
    name: str
    subject: str
    page: int
    media_type: str
    size: int
    href: str


class Wanted(Schema):
    """A datum that a grant must bring forth because later items take it from here."""

    subject: str
    element: str
    label: str
    required: bool


class Named(Schema):
    """A key and its words."""

    key: str
    name: str


class Standing(Schema):
    """How a task stands. No personal data. `version` changes with anything a department sees of the task."""

    number: str
    state: ItemState
    state_words: str
    version: str
    next_sequence: int
    received_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    accepted_at: datetime | None
    decided_at: datetime | None
    reported: DepartmentStatus | None = None
    parked: int | None = Field(None, description="The report was parked under this number: its word is not on the list")


class Task(Standing):
    """A whole task as its body may see it."""

    case_number: str
    onething: str
    name: str
    trigger: str
    people: list[Person]
    materials: list[Material]
    wanted: list[Wanted]
    results: list[Named]


class Act(Schema):
    """What every act says besides. Unknown fields are refused, so that a slip of the pen is not taken for consent."""

    model_config = ConfigDict(extra="forbid")

    sequence: int = Field(ge=1, le=2_000_000_000, description="1, 2, 3 … for each case; see `next_sequence`")


class VersionedAct(Act):
    """An act on what was seen."""

    version: Line = Field(description="The version of the task this act answers")


class Accept(VersionedAct):
    """Take the item up: the statutory clock starts."""


class NotAccept(VersionedAct):
    """Not for this body: name the right one and the reason."""

    right_body: Line
    reason: Text


class CheckDone(VersionedAct):
    """A mere check is done."""

    note: Text = ""


class Decide(VersionedAct):
    """Grant or refuse. `produced` is {subject: {element: value}}, `documents` {key of a result: PDF in base64}."""

    granted: bool
    opinion: Text = ""
    basis: Text = ""
    reason: Text = ""
    remedies: Text = ""
    produced: dict[Line, dict[Line, Line]] = Field(default_factory=dict, max_length=50)
    documents: dict[Line, Annotated[str, StringConstraints(max_length=DOCUMENT_LENGTH)]] = Field(
        default_factory=dict, max_length=10
    )


class Report(Act):
    """How far the body's own work has come."""

    status: Line = Field(description="One of DepartmentStatus; any other word is parked and told to a person")
