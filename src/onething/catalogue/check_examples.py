"""Examples on the guide: each is a situation that can be planned to the end (R4.2.a/1)."""

from typing import TYPE_CHECKING

from onething.catalogue.plan import BadAnswers, make_plan
from onething.kit.workdays import Calendar

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection

ANYWHERE = "000000"


def run(inspection: "Inspection") -> None:
    """Report every example whose answers are wrong, lead to no admission or leave a question open."""
    for number, example in enumerate(inspection.document["examples"]):
        at = f"examples[{number}]"
        if not isinstance(example["answers"], dict):
            inspection.error(at, "wrong-kind", "answers 不是键和值", "写成“问题: 选项”")
            continue
        try:
            plan = make_plan(
                inspection.document,
                place=ANYWHERE,
                answers=example["answers"],
                on=inspection.on,
                calendar=PLAIN_CALENDAR,
            )
        except BadAnswers as refused:
            inspection.error(at, "wrong-example", "；".join(refused.faults), "改成这件事能接受的回答")
            continue
        still_open = [question["key"] for question in plan["questions"] if question["status"] == "open"]
        if still_open:
            inspection.error(at, "open-example", f"还没有回答{'、'.join(still_open)}", "补上回答")
        elif plan["gate"]["passed"] is False:
            inspection.error(at, "refused-example", "这种情形不能联办", "换一种能联办的情形")


# Which days are free does not matter for whether an example can be planned.
PLAIN_CALENDAR = Calendar.from_data({"years": {2026: {"notice": ["-"]}}, "published_through": "2026-12-31"})
