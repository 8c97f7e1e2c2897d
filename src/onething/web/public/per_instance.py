"""A question asked of each instance of a party is one screen per instance, saying whose it is; the answers stay apart."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onething.web.public.question_fields import answer_words
from onething.web.ui.addresses import link_to

__all__ = ["address_of", "answer_rows", "merged", "screens_of"]


def screens_of(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The plan's questions as they are put on screens. `instance` is empty where one answer holds for all."""
    parties = {party["key"]: party for party in plan["parties"]}
    screens: list[dict[str, Any]] = []
    for one in plan["questions"]:
        party = parties.get(one["per"] or "")
        if party is None or not party["repeats"]:
            screens.append({**one, "instance": ""})
            continue
        instances = party["instances"]
        for number, instance in enumerate(instances, start=1):
            answer = one["answer"].get(instance) if isinstance(one["answer"], Mapping) else one["answer"]
            whose = f"{party['name']}{number}" if len(instances) > 1 else party["name"]
            screens.append(
                {
                    **one,
                    "question": _("%(whose)s：%(question)s") % {"whose": whose, "question": one["question"]},
                    "answer": answer,
                    "status": "open" if answer is None else "answered",
                    "instance": instance,
                }
            )
    return screens


def address_of(name: str, draft_id: int, screen: Mapping[str, Any]) -> str:
    """The address of one screen, or of what belongs to it."""
    whose = (screen["instance"],) if screen["instance"] else ()
    return link_to(name, draft_id, screen["key"], *whose)


def merged(plan: Mapping[str, Any], screen: Mapping[str, Any], raw: Any) -> Any:  # noqa: ANN401  # any answer
    """What is stored when one screen is answered: the answers of the other instances stay as they are."""
    if not screen["instance"]:
        return raw
    stored = next(one for one in plan["questions"] if one["key"] == screen["key"])["answer"]
    if not isinstance(stored, Mapping):  # one answer for all, until somebody's differs
        all_of_it = [one["instance"] for one in screens_of(plan) if one["key"] == screen["key"]]
        stored = {} if stored is None else dict.fromkeys(all_of_it, stored)
    return {**stored, screen["instance"]: raw}


def answer_rows(plan: Mapping[str, Any], draft_id: int) -> list[dict[str, Any]]:
    """Every answer with a way to change it, one line per screen."""
    return [
        {
            "label": one["question"],
            "value": answer_words(one, one["answer"]) if one["answer"] is not None else "",
            "empty_text": _("还没有回答"),
            "url": f"{address_of('public:question', draft_id, one)}?from=answers",
        }
        for one in screens_of(plan)
    ]
