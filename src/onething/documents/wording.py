"""What an official document says, made of the parts its kind demands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from onething.cases.clock_rules import LICENCE_KIND
from onething.documents.kinds import TYPES, DocumentKind
from onething.documents.remedies import Remedy, stored_remedies

__all__ = [
    "INQUIRY",
    "SCHEMA",
    "Frame",
    "Said",
    "basis_of",
    "compose",
    "document_number",
    "is_licence",
    "lacking",
    "listed_papers",
]

# Where to ask about a case, in every document that says so.
INQUIRY: Final = "在网上“我的”里打开这份申请看进度，或者拨打12345，报申请编号。"
# Which layout of `content` a row was written with; old rows are drawn as they were.
SCHEMA: Final = 1
# The value of a part: a sentence, a list of sentences, or a block of kit.documents (a table of correction points).
Value = str | Sequence[str] | Mapping[str, Any]
Said = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every document names: to whom, about what, from whom, when. `is_licence` chooses the licensing law's own words.

    `remedies` are kept with a document that speaks of them.
    """

    number: str
    addressee: str
    case_number: str
    what: str
    issuer: str
    on: date
    item_number: str = ""
    is_licence: bool = True
    remedies: tuple[Remedy, ...] = ()


def is_licence(plan_item: Mapping[str, Any]) -> bool:
    """Whether the item is an administrative licence: only of those does the licensing law speak."""
    return plan_item.get("kind") == LICENCE_KIND


def basis_of(plan_item: Mapping[str, Any]) -> str:
    """The articles an item rests on, as a decision cites them; empty when none could be sourced."""
    return "、".join(str(one["cited"]) for one in plan_item.get("basis", ()) if one.get("cited"))


def listed_papers(rows: Iterable[tuple[str, int | None]]) -> list[str]:
    """Each material once, with how many files of it there are, of rows of its name and a file."""
    files: dict[str, int] = {}
    for name, file in rows:
        files[name] = files.get(name, 0) + (file is not None)
    return [f"{name}（电子件{count}份）" if count else name for name, count in files.items()]


def document_number(*, body: str, kind: DocumentKind, year: int, sequence: int) -> str:
    """The number as GB/T 9704-2012 writes it (7.2.5): who, the year in 〔〕, the running number without padding.

    The running number is that of the whole installation: no row that every body's documents would wait for; gaps mean nothing.
    """
    return f"{body}{TYPES[kind].word}〔{year}〕{sequence}号"


def lacking(kind: DocumentKind, said: Said) -> tuple[str, ...]:
    """The labels of the parts a document has to say and does not, in their order."""
    return tuple(part.label for part in TYPES[kind].parts if not (part.optional or _has_words(said.get(part.name))))


def _has_words(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return bool(value.get("rows") or value.get("items"))
    return bool(value)


def compose(kind: DocumentKind, said: Said, frame: Frame) -> dict[str, Any]:
    """The frozen content: JSON that the paper is drawn of and the hash is taken of. What `lacking` names is left out."""
    made = TYPES[kind]
    opening = made.opening if frame.is_licence else made.plain_opening or made.opening
    title = made.title if frame.is_licence else made.plain_title or made.title
    blocks: list[dict[str, Any]] = [{"kind": "paragraph", "text": opening.format(what=frame.what)}]
    blocks += _blocks("申请编号", frame.case_number) + _blocks("办件编号", frame.item_number)
    for part in made.parts:
        blocks += _blocks(part.label, said.get(part.name))
    content = {
        "title": title,
        "number": frame.number,
        "addressee": frame.addressee,
        "blocks": blocks,
        "issuer": frame.issuer,
        "date": f"{frame.on.year}年{frame.on.month}月{frame.on.day}日",
    }
    if "remedies" in said:
        content["remedies"] = stored_remedies(frame.remedies, said["remedies"], frame.issuer)
    return content


def _blocks(label: str, value: Value | None) -> list[dict[str, Any]]:
    if not _has_words(value) or value is None:
        return []
    if isinstance(value, str):
        return [{"kind": "paragraph", "text": f"{label}：{value.strip()}"}]
    heading = {"kind": "paragraph", "text": f"{label}："}
    if isinstance(value, Mapping):
        return [heading, dict(value)]
    return [heading, {"kind": "list", "items": list(value), "ordered": True}]
