"""What can be found wrong, in words: label, whose it is, on which basis each item asks it, a good sample (R2.7.a/1). Pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.feedback.rules import Target, TargetKind
from onething.materials.rules import requirements
from onething.oneform.rules import concerned

__all__ = ["Asked", "asked_targets"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One target as people know it. `bases`: the article by item; `sample` as the catalogue has it, None without one."""

    label: str
    whose: str
    bases: Mapping[str, str]
    sample: Any = None
    form: str = ""

    def basis_of(self, item_key: str) -> str:
        """The article on which an item asks it; empty when none could be sourced."""
        return self.bases.get(item_key, "")


def asked_targets(plan: Mapping[str, Any], subjects: Mapping[str, Sequence[str]]) -> dict[Target, Asked]:
    """Everything the one form and the one set of materials ask, in their order: sections before their data, then papers."""
    sections: dict[Target, Asked] = {}
    fields: dict[Target, Asked] = {}
    for row in plan.get("form", ()):
        if row["type"] == "file":
            continue
        bases = {asker["item"]: str(asker.get("basis") or "") for asker in row.get("asked_by", ())}
        title = str(row.get("party_name") or row["party"])
        section = Target(TargetKind.SECTION, row["party"])
        known = sections.get(section)
        sections[section] = Asked(title, "", {**(known.bases if known else {}), **bases})
        whose = subjects.get(row["party"]) or [row["subject"]]
        mine = concerned(row, whose)
        for ordinal, subject in enumerate(whose, start=1):
            if subject in mine:
                named = title + (str(ordinal) if len(whose) > 1 else "")
                label = str(row["label"])
                fields[Target(TargetKind.FIELD, row["element"], subject)] = Asked(
                    label, "" if named in label else named, bases
                )
    papers = {
        Target(TargetKind.MATERIAL, one.key, one.subject): Asked(
            one.name, one.party_name, dict(one.asked_by), one.sample, one.form
        )
        for one in requirements(plan, subjects)
        if one.upload
    }
    return {**sections, **fields, **papers}
