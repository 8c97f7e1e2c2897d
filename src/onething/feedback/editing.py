"""What an answer may change: the fields and papers of the points, nothing else (I8, ux g2). Pure: data in, answer out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from onething.feedback.rules import Target, TargetKind
from onething.oneform.rules import Cleaned, Field, Section, clean_section, sections

__all__ = ["Editor", "clean_point", "editors", "stored", "written"]

EMPTY: Final[tuple[Any, ...]] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Editor:
    """The controls of one point: parts of sections with only the fields that may be changed."""

    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)


def editors(
    plan: Mapping[str, Any],
    values: Mapping[str, Any],
    points: Sequence[tuple[int, Target]],
    asked: Mapping[int, Collection[Target]],
) -> dict[int, Editor]:
    """The controls of each point by its key. `asked` are the data its target stands for at the bodies that found something.

    A datum that has a point of its own is not offered a second time in the point of its section.
    """
    own = {target for _key, target in points if target.kind is TargetKind.FIELD}
    form = sections(plan, values)
    return {
        key: Editor(tuple(_narrowed(form, {target} if target in own else set(asked.get(key, ())) - own)))
        for key, target in points
        if target.kind is not TargetKind.MATERIAL
    }


def _narrowed(form: Iterable[Section], wanted: Collection[Target]) -> Iterable[Section]:
    for section in form:
        instances = [
            replace(
                one, fields=tuple(f for f in one.fields if Target(TargetKind.FIELD, f.element, f.subject) in wanted)
            )
            for one in section.instances
        ]
        kept = tuple(one for one in instances if one.fields)
        if kept:
            yield replace(section, instances=kept)


def clean_point(
    editor: Editor, typed: Mapping[str, str | Sequence[str]], *, today: date, demonstration: bool
) -> Cleaned:
    """Read what was typed for a point; what is no control of it is not looked at (g2)."""
    values: dict[str, dict[str, Any]] = {}
    parts = [clean_section(one, typed, today=today, demonstration=demonstration) for one in editor.sections]
    for part in parts:
        for subject, elements in part.values.items():
            values.setdefault(subject, {}).update(elements)
    return Cleaned(
        values,
        tuple(fault for part in parts for fault in part.faults),
        {key: text for part in parts for key, text in part.typed.items()},
    )


def stored(editor: Editor, values: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the case now, by control."""
    return {
        field.key: values.get(section.key, {}).get(field.subject, {}).get(field.element)
        for section in editor.sections
        for field in section.fields
    }


def written(editor: Editor, values: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The case's values with the new ones of a point put in; the old ones stay as they are elsewhere. Nothing else moves."""
    whole = {section: {subject: dict(row) for subject, row in rows.items()} for section, rows in values.items()}
    for section in editor.sections:
        for field in section.fields:
            if field.key not in new:
                continue
            row = whole.setdefault(section.key, {}).setdefault(field.subject, {})
            if new[field.key] in EMPTY:
                row.pop(field.element, None)
            else:
                row[field.element] = new[field.key]
    return whole
