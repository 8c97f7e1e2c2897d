"""What a newer edition would change for one draft, in sentences: what is asked anew, and which answers do not fit any more."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onething.materials.rules import promised_words
from onething.submission.services import Renewal
from onething.web.public.consequences import compare
from onething.web.ui.spoken import listed, said

__all__ = ["renewal_lines"]

Plan = Mapping[str, Any]


def renewal_lines(before: Plan, after: Plan, renewal: Renewal) -> tuple[str, ...]:
    """The difference between a draft's plan and the one it would have; empty when nothing changes for it."""
    found = compare(before, after)
    again, more = _open_questions(before, after, renewal)
    old, new = _fields(before), _fields(after)
    told = [
        words % {"names": listed(dict.fromkeys(names))}
        for words, names in (
            (_("要重新回答：%(names)s"), again),
            (_("要多回答：%(names)s"), more),
            (_("要重新填：%(names)s"), [f"{said(one.title)}·{said(one.label)}" for one in renewal.unfit]),
            (
                _("要重新看过再承诺：%(names)s"),
                [words[0] for key, words in promised_words(after).items() if key in renewal.unticked],
            ),
            (_("多填：%(names)s"), [name for key, name in new.items() if key not in old]),
            (_("不用再填：%(names)s"), [name for key, name in old.items() if key not in new]),
        )
        if names
    ]
    return (*found.lines, *told)


def _open_questions(before: Plan, after: Plan, renewal: Renewal) -> tuple[list[str], list[str]]:
    """Questions to be answered again because the answer no longer fits, and questions that come on top."""
    known = {one["key"] for one in before["questions"] if one["status"] == "open"}
    wanted = {one["key"]: one["question"] for one in after["questions"] if one["status"] == "open"}
    again = [words for key, words in wanted.items() if key in renewal.dropped]
    return again, [words for key, words in wanted.items() if key not in known and key not in renewal.dropped]


def _fields(plan: Plan) -> dict[tuple[str, str], str]:
    return {(row["party"], row["element"]): f"{row['party_name']}·{row['label']}" for row in plan["form"]}
