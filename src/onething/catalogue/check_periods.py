"""Periods: when an applicant may apply, and how long a body must wait. What contradicts itself or changes nothing is an error."""

from typing import TYPE_CHECKING, Any

from onething.catalogue.conditions import conjunction, negation
from onething.catalogue.limits import longer

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection

DATES = ("date", "datetime")
WITHIN_A_DAY = ("instant", "working_hour")


def run(inspection: "Inspection") -> None:
    """Report every faulty period of one one-thing."""
    for item in inspection.document["items"]:
        at = f"items.{item['key']}"
        for period in item["application_periods"]:
            _application(inspection, period, f"{at}.application_periods")
        for period in item["waiting_periods"]:
            _waiting(inspection, item, period, f"{at}.waiting_periods")


def _application(inspection: "Inspection", period: dict[str, Any], at: str) -> None:
    name, opens, closes = period["name"], period["opens_after"], period["closes_after"]
    if closes is not None and closes < opens:
        inspection.error(at, "wrong-range", f"“{name}”还没开始就结束了", "对调或改正天数")
    elif closes is None and not opens:
        inspection.error(
            at, "idle-period", f"“{name}”没有开始的天数，也没有截止的天数", "写 closes_after 或 opens_after，或删掉"
        )


def _waiting(inspection: "Inspection", item: dict[str, Any], period: dict[str, Any], at: str) -> None:
    name = period["name"]
    if period["value"] < 1:
        inspection.error(at, "idle-period", f"“{name}”一天也不用等", "写明等几天，或删掉")
    if not period["basis"]:
        inspection.unverified(at, "no-basis", f"要等“{name}”没有依据", "补上 basis：要等几天是法律定的，不是单位定的")
    if item["trigger"] != "application":
        inspection.error(
            at, "idle-period", f"“{name}”从受理起才能算，这个事项没有人受理", "写到要受理、要等它的那个事项上"
        )
    _opening(inspection, item, period, at)
    places = [("", item["limits"])] + [(f"（{route['name']}）", route["limits"]) for route in item["routes"]]
    for where, limits in places:
        for limit in filter(None, limits.values()):
            if _too_short(limit, period):
                inspection.error(
                    at, "limit-under-wait",
                    f"“{name}”要等{period['value']}天才能决定，时限{where}却只有{limit['value']}（{limit['unit']}）",
                    "时限从受理起算，包括等待的日子：改正其中一个",
                )  # fmt: skip


def _too_short(limit: dict[str, Any], period: dict[str, Any]) -> bool:
    """True when the limit is certainly over before anybody may decide, which is the day after the period."""
    same = (limit["unit"], limit["value"]) == (period["unit"], period["value"])
    return same or limit["unit"] in WITHIN_A_DAY or longer(period, limit)


def _opening(inspection: "Inspection", item: dict[str, Any], period: dict[str, Any], at: str) -> None:
    """The day a period opens is read from a date that everybody who waits has to fill in."""
    field = next((one for one in item["fields"] if one["key"] == period["start_field"]), None)
    if field is None:
        return  # none is named, or it was reported while compiling
    if field["type"] not in DATES or not field["required"]:
        inspection.error(
            at,
            "wrong-kind",
            f"“{field['label']}”不是必填的日期，等待期没法从它起算",
            "start_field 写一个必填的日期表项",
        )
    unasked = conjunction(item["when"], period["when"], negation(field["when"]))
    if inspection.possible(unasked, at):
        inspection.error(
            at, "dead-start", f"有的情形要等“{period['name']}”，却不问“{field['label']}”", "放宽那个表项的 when"
        )
