"""Compile what differs in places (local.py): for every place named and every period, the items as they are then.

Each variant is compiled like the one-thing itself, so an inner rule can say whatever the format can say of an item; what
it may not touch (the law's own limits, questions, order) has no key in the format.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from onething.catalogue.findings import Findings
from onething.catalogue.local import in_force, periods_of, places_around, thing_at

if TYPE_CHECKING:
    from onething.catalogue.edition import Compiler

__all__ = ["around", "compile_local"]

ANY_DAY = "2000-01-01"
# What a place may change of the whole.
WHOLE = ("gate", "target_working_days", "target_source", "target_place")
# What an edition keeps of the dictionaries; a variant may need more of them.
SHARED = ("elements", "documents", "code_lists", "functions")


def compile_local(
    base: "Compiler", document: dict[str, Any], recompile: Callable[[dict[str, Any], Findings], dict[str, Any]]
) -> None:
    """Add `local` and `local_rules` to the document. `recompile` compiles an authored one-thing into a document."""
    changes = base.thing.get("local", [])
    if not changes:
        return
    found = len(base.findings.rows)
    _check_names(base, changes)
    if len(base.findings.rows) > found:  # what is faulty cannot be laid over anything
        return
    known = {(row.at, row.code, row.reason) for row in base.findings.rows}
    variants: list[dict[str, Any]] = []
    for place in sorted({change["place"] for change in changes}):
        name = next(change["name"] for change in changes if change["place"] == place)
        for first, last in periods_of(changes, place):
            findings = Findings(base.findings.file)
            variant = recompile(thing_at(base.thing, place, first or last or ANY_DAY), findings)
            for row in findings.rows:
                if (row.at, row.code, row.reason) not in known:
                    known.add((row.at, row.code, row.reason))
                    base.findings.rows.append(row)
            for part in SHARED:
                document[part] = dict(sorted({**variant[part], **document[part]}.items()))
            before = {item["key"]: item for item in document["items"]}
            variants.append(
                {
                    "place": place, "name": name, "valid_from": first, "valid_to": last,
                    "items": {item["key"]: item for item in variant["items"] if item != before[item["key"]]},
                    "whole": {key: variant[key] for key in WHOLE if variant[key] != document[key]},
                }
            )  # fmt: skip
    document["local"] = variants
    document["local_rules"] = [
        {
            "place": change["place"], "name": change["name"], "valid_from": change.get("valid_from"),
            "valid_to": change.get("valid_to"), "says": change["says"], "source": change.get("source"),
            "items": sorted(item["key"] for item in change.get("items", [])),
        }
        for change in sorted(changes, key=lambda change: (change["place"], change.get("valid_from") or "", change["says"]))
    ]  # fmt: skip


def _check_names(base: "Compiler", changes: list[Mapping[str, Any]]) -> None:
    """A change names items and papers that are there, a real place code, a period that has days, and changes something."""
    items = {item["key"]: item for item in base.thing.get("items", [])}
    for number, change in enumerate(changes):
        at, line = f"local[{number}]", change.get("_line", 0)
        code = change["place"]
        if not (code.isascii() and code.isdecimal() and len(code) in (6, 9)):
            base.findings.error(
                f"{at}.place", "wrong-place", f"“{code}”不是六位区划代码", "写成 '320000' 一类", line=line
            )
        if (change.get("valid_from") or "") > (change.get("valid_to") or "9999"):
            base.findings.error(at, "wrong-period", "valid_to 早于 valid_from", "对调或改正", line=line)
        if not any(key in change for key in ("items", "gate", "promised_working_days")):
            base.findings.error(
                at, "no-difference", "没有写这里有什么不同", "写上 items、gate 或 promised_working_days", line=line
            )
        for other in changes[:number]:
            if other["place"] == code and _meet(other, change) and _same_subject(other, change):
                base.findings.error(
                    at, "double-rule", f"{code} 同一段时间有两条规定改同一处", "合成一条，或把时间分开", line=line
                )
        for item in change.get("items", []):
            if item["key"] not in items:
                base.findings.error(
                    f"{at}.items", "unknown-item", f"事项“{item['key']}”不存在", "改成 items 里有的 key", line=line
                )
                continue
            for kind, name in (("materials", "name"), ("fields", "key")):
                there = {entry[name] for entry in items[item["key"]].get(kind, [])}
                for entry in item.get(kind, []):
                    if entry.get("drop") and entry[name] not in there:
                        base.findings.error(
                            f"{at}.items.{item['key']}",
                            "unknown-entry",
                            f"“{entry[name]}”本来就没有，去不掉",
                            "核对名称",
                            line=line,
                        )
                    elif (
                        kind == "fields" and not entry.get("drop") and entry[name] not in there and "label" not in entry
                    ):
                        base.findings.error(
                            f"{at}.items.{item['key']}",
                            "missing-key",
                            f"新表项“{entry[name]}”缺少 label",
                            "补上",
                            line=line,
                        )


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    start = max(one.get("valid_from") or "", other.get("valid_from") or "")
    return in_force(one, start or ANY_DAY) and in_force(other, start or ANY_DAY)


def _same_subject(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    mine = {item["key"] for item in one.get("items", [])}
    return (
        bool(mine & {item["key"] for item in other.get("items", [])})
        or ("promised_working_days" in one and "promised_working_days" in other)
        or ("gate" in one and "gate" in other)
    )


def around(document: Mapping[str, Any], place: str) -> list[Mapping[str, Any]]:
    """The rules that differ in a place or around it, for people to read: the innermost first."""
    order = places_around(place)
    return sorted(
        (rule for rule in document.get("local_rules", ()) if rule["place"] in order),
        key=lambda rule: order.index(rule["place"]),
    )
