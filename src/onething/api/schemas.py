"""What goes over the wire. Words are for people, codes and keys for programs; days are ISO dates, moments ISO in UTC."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from onething.cases.states import ItemState
from onething.exchange.rules import DepartmentStatus
from onething.feedback.reasons import REASONS
from onething.feedback.rules import TargetKind
from onething.feedback.states import FindingState

__all__ = [
    "Accept",
    "CheckDone",
    "Decide",
    "Find",
    "Findable",
    "Finding",
    "Found",
    "Issue",
    "Material",
    "Named",
    "NotAccept",
    "Person",
    "Report",
    "ResultPaper",
    "Standing",
    "TargetOf",
    "Task",
    "TaskPage",
    "TaskRow",
    "Unfind",
    "Value",
    "Wanted",
]

# PostgreSQL keeps no NUL in a text.
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Remark = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
DOCUMENT_LENGTH = 1_900_000
# The counted list, so that the description names it.
ReasonCode = StrEnum("ReasonCode", {code.upper(): code for code in REASONS})  # type: ignore[misc]  # drawn from the list


class TaskRow(Schema):
    """One task in a list: no personal data."""

    number: str
    name: str
    onething: str
    state: ItemState
    received_on: date | None
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


class TargetOf(Schema):
    """One thing that can be found wrong: a datum, a paper or a whole section of the form."""

    kind: TargetKind
    key: Line
    subject: Line = ""


class Findable(TargetOf):
    """A target with its words and the basis on which this item asks it."""

    label: str
    basis: str


class Found(Schema):
    """A finding of this body that its item has. `proposed` waits for the head of the body and is told to nobody."""

    id: int
    target: TargetOf
    reason: str
    state: FindingState


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
    findable: list[Findable] = Field(description="What a finding may be about: what the notice asked for, nothing else")
    findings: list[Found]
    findings_until: datetime | None = Field(description="Later findings need the head of the body")


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


class Finding(TargetOf):
    """Something to be corrected. `exception_reason`: why it is said now although it could have been seen before."""

    model_config = ConfigDict(extra="forbid")

    reason: ReasonCode
    words: Remark = Field("", description="In words an applicant understands; needed with `other`")
    required: Remark = Field("", description="What the value or the paper must be")
    exception_reason: Remark = ""


class Find(VersionedAct):
    """What is to be corrected, all or none of it; `finished`: this body has found all there is on this item."""

    findings: list[Finding] = Field(default_factory=list, max_length=50)
    finished: bool


class Unfind(VersionedAct):
    """Take one finding back that no notice has told yet."""

    finding: int = Field(ge=1, le=2**62, description="`id` in `findings` of the task")


class ResultPaper(Schema):
    """One document of a granted item as its body made it. `number` is the body's own."""

    model_config = ConfigDict(extra="forbid")

    key: Line = Field(description="One of `results` of the task")
    content: Annotated[str, StringConstraints(max_length=DOCUMENT_LENGTH)] = Field(description="PDF in base64")
    number: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = ""
    valid_until: date | None = None


class Issue(VersionedAct):
    """The documents of a granted item; those not among them are drawn by the platform."""

    documents: list[ResultPaper] = Field(min_length=1, max_length=10)


class Report(Act):
    """How far the body's own work has come."""

    status: Line = Field(description="One of DepartmentStatus; any other word is parked and told to a person")
