"""The one form, drawn from a plan: sections by party, each datum once (R2.4, I1, I2).

A section belongs to one party and holds its fields once per subject ("heir-1", "heir-2"). Values are kept by subject and
element, `{section: {subject: {element: value}}}`, so that one answer serves every item that asks it. Nothing here reads a
database or a clock: days come in as `today`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from onething.oneform.checks import DOCUMENT, Fault, check_value, derive_value, type_of_number

__all__ = [
    "Cleaned",
    "Fault",
    "Field",
    "Gap",
    "Instance",
    "Section",
    "Values",
    "clean_section",
    "concerned",
    "derived_values",
    "find_section",
    "known_values",
    "missing",
    "missing_in",
    "party_subjects",
    "prune",
    "prune_to",
    "sections",
    "subjects_in",
]

# {section: {subject: {element: value}}}
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]

EMPTY: Final[tuple[Any, ...]] = (None, "", [])
# Instances a person may add to a party that says no number itself.
MOST_INSTANCES: Final = 20


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form: one element of one subject, with the items and the basis that ask it."""

    subject: str
    element: str
    name: str
    label: str
    type: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    multiple: bool = False
    unit: str = ""
    hint: str = ""
    pattern: str = ""
    max_length: int | None = None
    sensitive: bool = False
    example: str = ""
    code_list: str = ""
    asked_by: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    @property
    def key(self) -> str:
        """The name of its control in a page: subject and element."""
        return f"{self.subject}.{self.element}"


@dataclass(frozen=True, slots=True)
class Instance:
    """One person or body of a party, with its fields. `ordinal` counts from 1 in the order they were added."""

    subject: str
    title: str
    ordinal: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form: one party. `repeats` lets the applicant add and remove instances between `least` and `most`."""

    key: str
    title: str
    kind: str
    repeats: bool
    least: int
    most: int
    instances: tuple[Instance, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields of all instances."""
        return tuple(field for instance in self.instances for field in instance.fields)

    @property
    def may_add(self) -> bool:
        """Whether one more instance fits."""
        return self.repeats and len(self.instances) < self.most

    @property
    def may_remove(self) -> bool:
        """Whether an instance can go."""
        return self.repeats and len(self.instances) > self.least


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came of a section as typed: values fit to keep, and every fault at once. Faulty texts stay in `typed` (ux X5)."""

    values: dict[str, dict[str, Any]]
    faults: tuple[Fault, ...]
    typed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing still missing before submitting, and where it is put right."""

    section: str
    subject: str
    element: str
    message: str

    @property
    def key(self) -> str:
        """The name of the control."""
        return f"{self.subject}.{self.element}"


def sections(plan: Mapping[str, Any], values: Values) -> list[Section]:
    """The sections of the plan's form, in its order, with the instances that are there or must be."""
    return [_section(group, values) for group in _groups(plan)]


def find_section(plan: Mapping[str, Any], values: Values, key: str) -> Section | None:
    """One section by its party's key."""
    return next((_section(group, values) for group in _groups(plan) if group.key == key), None)


@dataclass(slots=True)
class _Group:
    """What one section is made of: the form's rows of one party."""

    key: str
    party: Mapping[str, Any]
    rows: list[Mapping[str, Any]]
    documents: dict[str, Any]

    def document(self, subject: str, values: Values) -> object:
        """Which document somebody is known by, as an answer or the form tells."""
        told = self.documents.get(subject, self.documents.get(self.key))
        return told or values.get(self.key, {}).get(subject, {}).get(DOCUMENT)

    @property
    def repeats(self) -> bool:
        return any(row.get("repeats") for row in self.rows)

    @property
    def planned(self) -> list[str]:
        return [str(subject) for subject in self.party.get("instances") or ()]

    @property
    def least(self) -> int:
        return max(int(self.party.get("min") or 0), len(self.planned), 1)

    def subjects(self, values: Values) -> list[str]:
        """Whose data the section takes: the instances that are there or must be."""
        if self.repeats:
            return _instance_ids(self.key, values.get(self.key, {}), self.least)
        planned = self.planned
        return planned if len(planned) > 1 else list(dict.fromkeys(row["subject"] for row in self.rows))


def _groups(plan: Mapping[str, Any]) -> list[_Group]:
    parties = {party["key"]: party for party in plan.get("parties", ())}
    documents = {
        row["subject"]: row["source"].get("value") for row in plan.get("supplied", ()) if row["element"] == DOCUMENT
    }
    grouped: dict[str, _Group] = {}
    for row in plan.get("form", ()):
        if row["type"] == "file":  # a picture is handed in with the materials, where it can be looked at
            continue
        key = row["party"]
        if key not in grouped:
            grouped[key] = _Group(key, parties.get(key, {}), [], documents)
        grouped[key].rows.append(row)
    return list(grouped.values())


def _section(group: _Group, values: Values) -> Section:
    key, party, rows, repeats = group.key, group.party, group.rows, group.repeats
    title = str(rows[0].get("party_name") or party.get("name") or key)
    subjects = group.subjects(values)
    least = most = len(subjects)
    if repeats:
        least = group.least
        most = max(int(party.get("max") or MOST_INSTANCES), least)
        # Where an answer says how many there are, another one begins with another answer.
        if party.get("counted") and group.planned:
            least = most = len(group.planned)
    named = len(subjects) > 1 or repeats
    instances = tuple(
        Instance(
            subject,
            f"{title}{ordinal}" if named else title,
            ordinal,
            tuple(
                _field(row, subject, group.document(subject, values))
                for row in rows
                if (named or row["subject"] == subject) and subject in concerned(row, subjects)
            ),
        )
        for ordinal, subject in enumerate(subjects, start=1)
    )
    return Section(key, title, str(party.get("kind") or "person"), repeats, least, most, instances)


def concerned(row: Mapping[str, Any], subjects: Sequence[str]) -> list[str]:
    """Whose datum a row of a plan is, of the instances of its party: that of one, or of all it is neither known for nor spared."""
    if row["subject"] != row["party"]:
        return [subject for subject in subjects if subject == row["subject"]]
    without = {*(row.get("known_for") or ()), *(row.get("not_of") or ())}
    return [subject for subject in subjects if subject not in without]


def _instance_ids(key: str, saved: Mapping[str, Mapping[str, Any]], least: int) -> list[str]:
    """The ids of a repeating party: those saved, filled up to the least number with ids nobody has had."""
    ids = list(saved)
    number = max((_number_of(subject) for subject in ids), default=0)
    while len(ids) < least:
        number += 1
        ids.append(f"{key}-{number}")
    return ids


def _number_of(subject: str) -> int:
    tail = subject.rpartition("-")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else 0


def _field(row: Mapping[str, Any], subject: str, document: object) -> Field:
    field = Field(
        subject=subject,
        element=row["element"],
        name=str(row.get("element_name") or row["label"]),
        label=str(row["label"]),
        type=str(row["type"]),
        required=bool(row.get("required")),
        options=tuple(_option(option) for option in row.get("options") or ()),
        multiple=bool(row.get("multiple")),
        unit=str(row.get("unit") or ""),
        hint=str(row.get("hint") or ""),
        pattern=str(row.get("pattern") or ""),
        max_length=row.get("max_length"),
        sensitive=bool(row.get("sensitive")),
        example=str(row.get("example") or ""),
        code_list=str(row.get("code_list") or ""),
        asked_by=tuple((asker["item"], str(asker.get("basis") or "")) for asker in row.get("asked_by", ())),
        minimum=row.get("min"),
        maximum=row.get("max"),
    )
    return _numbered(field, document)


def _numbered(field: Field, document: object) -> Field:
    kind = type_of_number(field, document)
    return field if kind == field.type else replace(field, type=kind)


def _option(option: object) -> tuple[str, str]:
    """A choice as (value, label): authored as a word, or as value and label, or as a code of a code list."""
    if not isinstance(option, Mapping):
        return str(option), str(option)
    value = str(option.get("value", option.get("code", "")))
    return value, str(option.get("label", option.get("name", value)))


def clean_section(
    section: Section, typed: Mapping[str, str | Sequence[str]], *, today: date, demonstration: bool = False
) -> Cleaned:
    """Read one section as typed (`{"mother.person_name": "…"}`) into values; all faults at once (ux X5).

    An empty field is no fault here: a draft may be incomplete, `missing` says what is left at the end.
    """
    values: dict[str, dict[str, Any]] = {}
    faults: list[Fault] = []
    kept: dict[str, str] = {}
    for instance in section.instances:
        mine = values.setdefault(instance.subject, {})
        for field in instance.fields:
            raw = typed.get(field.key, "")
            checked = _numbered(field, typed.get(f"{field.subject}.{DOCUMENT}"))
            value, fault = check_value(checked, raw, today=today, demonstration=demonstration)
            if fault is not None:
                faults.append(fault)
                kept[field.key] = raw if isinstance(raw, str) else "、".join(raw)
            elif value not in EMPTY:
                mine[field.element] = value
    return Cleaned(values, tuple(faults), kept)


def missing(plan: Mapping[str, Any], values: Values) -> list[Gap]:
    """Everything the form still lacks, in the order of its pages. Empty when it can be handed in."""
    return missing_in(sections(plan, values), values)


def missing_in(drawn: Sequence[Section], values: Values) -> list[Gap]:
    """The same for sections drawn already."""
    gaps: list[Gap] = []
    for section in drawn:
        saved = values.get(section.key, {})
        gaps.extend(
            Gap(section.key, field.subject, field.element, f"{_asking(field)}{_whose(section, field)}{field.label}")
            for field in section.fields
            if field.required and saved.get(field.subject, {}).get(field.element) in EMPTY
        )
    return gaps


def party_subjects(plan: Mapping[str, Any], values: Values) -> dict[str, tuple[str, ...]]:
    """The subjects of every party in the form, for what is handed in once for each of them."""
    return {group.key: tuple(group.subjects(values)) for group in _groups(plan)}


def subjects_in(drawn: Sequence[Section]) -> dict[str, tuple[str, ...]]:
    """The same for sections drawn already."""
    return {section.key: tuple(one.subject for one in section.instances) for section in drawn}


def _asking(field: Field) -> str:
    return "选择" if field.options or field.type in {"choice", "boolean"} else "填写"


def _whose(section: Section, field: Field) -> str:
    """Name whose datum it is, unless the label does so already."""
    instance = next(one for one in section.instances if one.subject == field.subject)
    return "" if section.title in field.label and not section.repeats else f"{instance.title}的"


def prune(plan: Mapping[str, Any], values: Values) -> dict[str, dict[str, dict[str, Any]]]:
    """What of the saved values the plan asks for: nothing of an item left out is handed in (R2.6.b, I3)."""
    return prune_to(sections(plan, values), values)


def prune_to(drawn: Sequence[Section], values: Values) -> dict[str, dict[str, dict[str, Any]]]:
    """The same for sections drawn already."""
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for section in drawn:
        saved = values.get(section.key, {})
        for field in section.fields:
            value = saved.get(field.subject, {}).get(field.element)
            if value not in EMPTY:
                kept.setdefault(section.key, {}).setdefault(field.subject, {})[field.element] = value
    return kept


def derived_values(plan: Mapping[str, Any], values: Values, *, today: date) -> dict[str, dict[str, Any]]:
    """What follows from other answers and is therefore not asked: birth date, sex and age out of the citizen number.

    By subject and element. What cannot be computed yet is left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in plan.get("supplied", ()):
        if row.get("source", {}).get("kind") != "derived":
            continue
        for subject in values.get(row["party"]) or [row["subject"]]:
            known = values.get(row["party"], {}).get(subject, {})
            value = derive_value(row["element"], _names(row["source"].get("from")), known, today=today)
            if value is not None:
                found.setdefault(subject, {})[row["element"]] = value
    return found


def known_values(plan: Mapping[str, Any], values: Values, *, today: date) -> dict[str, dict[str, Any]]:
    """Every datum that is there, by subject and element: asked, told by an answer, or derived."""
    known: dict[str, dict[str, Any]] = {}
    for subjects in values.values():
        for subject, elements in subjects.items():
            known.setdefault(subject, {}).update(elements)
    for row in plan.get("supplied", ()):
        value = row.get("source", {}).get("value")
        if row.get("source", {}).get("kind") == "answer" and value not in EMPTY:
            known.setdefault(row["subject"], {}).setdefault(row["element"], value)
    for subject, elements in derived_values(plan, values, today=today).items():
        known.setdefault(subject, {}).update(elements)
    return known


def _names(source: object) -> tuple[str, ...]:
    """`from` of a derived datum: one element or several, written as element or as party and element."""
    parts = list(source) if isinstance(source, (list, tuple)) else [source] if source else []
    return tuple(
        str(part.get("element")) if isinstance(part, Mapping) else str(part).rpartition(".")[2] for part in parts
    )
