"""The one set of materials: what is to be handed in, what is still missing, what need not be brought (R2.5).

One requirement is one paper of one subject. It is met by a file, by a tick (告知承诺: a written promise stands for the
proof), or by nothing at all where data, a licence or an earlier item supplies it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "FROM_FORM",
    "HAND_IN",
    "PROMISE",
    "Checklist",
    "Lack",
    "Requirement",
    "Slot",
    "checklist",
    "checklist_in",
    "is_paper_for",
    "promised_words",
    "requirement_of",
    "requirements",
]

Slot = tuple[str, str]
"""Material key and subject: the place one paper has in a draft and a case. The subject is "" for a paper of nobody."""

# Pictures the form asks for (a photograph) are handed in with the papers, under this prefix and their element.
FROM_FORM: Final = "field:"
HAND_IN: Final = "submit"
PROMISE: Final = "commitment"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One paper of one subject, with the items and basis that ask it."""

    key: str
    subject: str
    name: str
    party: str
    party_name: str
    obtained: str
    required: bool
    deferred: bool
    any_of: tuple[str, ...]
    items: tuple[str, ...]
    asked_by: tuple[tuple[str, str], ...]
    form: str
    copies: int
    original: str
    issued_by: str
    sample: Any
    note: str
    why_not_needed: str
    produced_by: str

    @property
    def slot(self) -> Slot:
        """Its place."""
        return self.key, self.subject

    @property
    def upload(self) -> bool:
        """Whether the applicant hands in a file."""
        return self.obtained == HAND_IN and not self.why_not_needed

    @property
    def promise(self) -> bool:
        """Whether the applicant ticks a promise instead of a proof."""
        return self.obtained == PROMISE and not self.why_not_needed


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing still missing, in words, and the places that would settle it."""

    slots: tuple[Slot, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """The material page at a glance. `groups` are papers of which one is enough, by the group's name."""

    uploads: tuple[Requirement, ...]
    promises: tuple[Requirement, ...]
    not_needed: tuple[Requirement, ...]
    groups: Mapping[str, tuple[Requirement, ...]]
    missing: tuple[Lack, ...]
    later: tuple[Requirement, ...]
    done: frozenset[Slot]

    @property
    def complete(self) -> bool:
        """Whether it can be handed in."""
        return not self.missing


def requirements(plan: Mapping[str, Any], subjects: Mapping[str, Collection[str]] | None = None) -> list[Requirement]:
    """Every paper of the plan once per subject. `subjects` names the instances of parties that repeat."""
    found: dict[Slot, Requirement] = {}
    instances = {
        p["key"]: tuple(p.get("instances") or ()) for p in plan.get("parties", ()) if len(p.get("instances") or ()) > 1
    }
    for row in plan.get("materials", ()):
        party = row.get("party") or ""
        for subject in (subjects or {}).get(party) or instances.get(party) or (party,):
            if subject not in (row.get("not_of") or ()):
                _put(found, _requirement(row, str(subject)))
    for row in plan.get("form", ()):
        if row["type"] == "file":
            _put(found, _from_form(row))
    return list(found.values())


def requirement_of(plan: Mapping[str, Any], slot: Slot, subjects: Mapping[str, Collection[str]]) -> Requirement | None:
    """One paper by its place; None when this plan does not ask it."""
    return next((one for one in requirements(plan, subjects) if one.slot == slot), None)


def is_paper_for(instance: str, subject: str, subjects: Mapping[str, Collection[str]]) -> bool:
    """Whether an item that runs for one instance of a party asks the paper of a subject: never that of another instance."""
    return (
        not instance
        or subject == instance
        or not any(instance in group and subject in group for group in subjects.values())
    )


def checklist(
    plan: Mapping[str, Any],
    *,
    handed_in: Collection[Slot],
    promised: Collection[str],
    subjects: Mapping[str, Collection[str]] | None = None,
) -> Checklist:
    """What is to be handed in, promised, brought later, and what is still missing."""
    return checklist_in(requirements(plan, subjects), handed_in=handed_in, promised=promised)


def promised_words(plan: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What stands beside each promise of a plan, by material: the paper's name, then the conditions of the items that ask it."""
    conditions = {item["key"]: tuple(item["conditions"]) for item in plan["items"]}
    return {
        one.key: (one.name, *(line for key in one.items for line in conditions.get(key, ())))
        for one in requirements(plan)
        if one.promise
    }


def checklist_in(rows: Sequence[Requirement], *, handed_in: Collection[Slot], promised: Collection[str]) -> Checklist:
    """The same for requirements drawn already."""
    files, ticks = frozenset(handed_in), frozenset(promised)
    done = frozenset(
        row.slot
        for row in rows
        if row.slot in files or (row.promise and row.key in ticks) or not (row.upload or row.promise)
    )
    groups: dict[str, list[Requirement]] = {}
    for row in rows:
        for group in row.any_of:
            groups.setdefault(group, []).append(row)
    return Checklist(
        uploads=tuple(row for row in rows if row.upload),
        promises=tuple(row for row in rows if row.promise),
        not_needed=tuple(row for row in rows if not (row.upload or row.promise)),
        groups={group: tuple(members) for group, members in groups.items()},
        missing=tuple(_lacks(rows, groups, done)),
        later=tuple(row for row in rows if row.deferred and row.slot not in done and not _settled(row, groups, done)),
        done=done,
    )


def _settled(row: Requirement, groups: Mapping[str, list[Requirement]], done: frozenset[Slot]) -> bool:
    """Whether another paper of the choices it stands in is there already."""
    return bool(row.any_of) and all(any(one.slot in done for one in groups[group]) for group in row.any_of)


def _lacks(rows: Sequence[Requirement], groups: Mapping[str, list[Requirement]], done: frozenset[Slot]) -> list[Lack]:
    lacks = [
        Lack((row.slot,), f"{'勾选承诺' if row.promise else '上传'}：{_whose(row)}{row.name}")
        for row in rows
        if row.required and not row.any_of and row.slot not in done
    ]
    for members in groups.values():
        wanted = [row for row in members if row.required]
        if wanted and not any(row.slot in done for row in members):
            names = "、".join(f"{_whose(row)}{row.name}" for row in members)
            lacks.append(Lack(tuple(row.slot for row in members), f"下面的材料交一种就行：{names}"))
    return lacks


def _whose(row: Requirement) -> str:
    return f"{row.party_name}的" if row.party_name and row.party_name not in row.name else ""


def _requirement(row: Mapping[str, Any], subject: str) -> Requirement:
    askers = tuple((asker["item"], str(asker.get("basis") or "")) for asker in row.get("asked_by", ()))
    return Requirement(
        key=row["key"],
        subject=subject,
        name=str(row["name"]),
        party=str(row.get("party") or ""),
        party_name=_title(row, subject),
        obtained=str(row["obtained"]),
        required=bool(row.get("required")),
        deferred=row.get("necessity") == "容缺",
        any_of=tuple(str(group) for group in row.get("groups") or ()),
        items=tuple(dict.fromkeys(item for item, _ in askers)),
        asked_by=askers,
        form=str(row.get("form") or ""),
        copies=int(row.get("copies") or 1),
        original=str(row.get("original") or ""),
        issued_by=str(row.get("issued_by") or ""),
        sample=row.get("sample"),
        note=str(row.get("note") or ""),
        why_not_needed=str(row.get("why_not_needed") or ""),
        produced_by=str(row.get("produced_by") or ""),
    )


def _title(row: Mapping[str, Any], subject: str) -> str:
    """The party's name, with the number of the instance where there are several."""
    name = str(row.get("party_name") or "")
    tail = subject.removeprefix(f"{row.get('party') or ''}-")
    return f"{name}{tail}" if tail.isdigit() and tail != subject else name


def _from_form(row: Mapping[str, Any]) -> Requirement:
    return _requirement(
        {
            **row,
            "key": FROM_FORM + row["element"],
            "name": row["label"],
            "obtained": HAND_IN,
            "necessity": "",
            "any_of": None,
        },
        str(row["subject"]),
    )


def _put(found: dict[Slot, Requirement], new: Requirement) -> None:
    """One place for one paper, even where one item asks it outright and another as one of several."""
    old = found.get(new.slot)
    if old is None:
        found[new.slot] = new
        return
    outright = [one for one in (old, new) if not one.any_of]
    first = outright[0] if outright else old
    askers = tuple(dict.fromkeys((*old.asked_by, *new.asked_by)))
    found[new.slot] = Requirement(
        **{
            **{name: getattr(first, name) for name in Requirement.__slots__},
            "required": any(one.required for one in outright) if outright else old.required or new.required,
            "any_of": () if outright and outright[0].required else tuple(dict.fromkeys((*old.any_of, *new.any_of))),
            "asked_by": askers,
            "items": tuple(dict.fromkeys(item for item, _ in askers)),
            "why_not_needed": "" if any(one.upload or one.promise for one in outright) else first.why_not_needed,
        }
    )
