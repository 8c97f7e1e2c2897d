"""Compile the items of a one-thing: the six elements of R2.3.a, order, routes, fields and materials."""

from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from onething.catalogue.limits import JOINT_LIMIT

if TYPE_CHECKING:
    from onething.catalogue.edition import Compiler

# 表单生成: an application form that the platform fills from the one form, so nobody brings it.
OBTAINED = {
    "提交": "submit",
    "电子证照共享": "licence",
    "数据核验": "data",
    "告知承诺": "commitment",
    "表单生成": "data",
}
FROM_FORM = "表单生成"
NO_BASIS = "依据待补"
ENDS = "end"  # what needs the result of a refused item ends too, unless its file says otherwise
OLD_VALUE = "~old"  # what the register says now is another datum than what it shall say
HOURS_A_DAY = 8  # only to write “half a day” of a guide as hours; no law says how long a working day is


def plain(value: Any) -> Any:
    """Return authored data as JSON: no line numbers, fractions as text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items() if key != "_line"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


def compile_item(compiler: "Compiler", item: dict[str, Any]) -> dict[str, Any]:
    """Return the compiled item. What it cites and where it leads is checked; silence takes the documented default."""
    at = f"items.{item['key']}"
    line = item.get("_line", 0)
    basis = [_basis(compiler, entry, at) for entry in item.get("legal_basis", [])]
    results = _results(compiler, item, at)
    produces = item.get("produces", {})
    function = compiler.function(item.get("function") or item.get("department"))
    per = compiler.per_party(item.get("per"), f"{at}.per", line)
    offered = item.get("offered", True)
    # Only where an author says so: an edition that says nothing about it stays the one it was.
    second = {"second_person": _second(item["second_person"])} if "second_person" in item else {}
    joint = {"joint_handling": _joint(item["joint_handling"])} if "joint_handling" in item else {}
    limits = _limits(compiler, item, at)
    if joint and limits["statutory"] is None:
        limits["statutory"] = dict(JOINT_LIMIT)
    fields = [_field(compiler, entry, at) for entry in item.get("fields", [])]
    return {
        "key": item["key"], "id": item.get("id", f"{compiler.thing['key']}/{item['key']}"), "code": item.get("code"),
        "name": item["name"], "department": item.get("department"), "function": function and function["key"],
        "body": item.get("body", "department"), "kind": item.get("kind"), "basis": basis,
        "conditions": item.get("conditions", []), "optional": item.get("optional", False),
        "when": compiler.condition(item, at) if offered else False, "offered": offered, "after": _edges(compiler, item, at),
        "joint_with": compiler.known(item.get("joint_with", []), f"{at}.joint_with", line),
        "limits": limits, "fees": [_fee(compiler, fee, at) for fee in _fees(item)],
        "commitment": item.get("commitment", False), "trigger": item.get("trigger", "application"),
        "starts_on": item.get("starts_on"), "counts": item.get("counts_towards_promise", True), "per": per,
        "routes": [_route(compiler, route, at) for route in item.get("routes", [])],
        "procedures": [
            {
                "name": entry["name"], "working_days": entry.get("working_days"), "joint": entry.get("joint", False),
                "stops_clock": entry.get("stops_clock", False), "basis": entry.get("basis"),
                "repealed": compiler.repealed([entry["basis"]] if entry.get("basis") else []),
                "when": compiler.condition(entry, f"{at}.special_procedures"),
            }
            for entry in item.get("special_procedures", []) if "name" in entry
        ],
        "application_periods": [_application_period(compiler, one, at) for one in item.get("application_periods", [])],
        "waiting_periods": [_waiting_period(compiler, one, item, at) for one in item.get("waiting_periods", [])],
        "deadlines": plain(item.get("deadlines", [])),
        "materials": [_material(compiler, entry, item, at) for entry in item.get("materials", [])],
        "fields": fields, "jurisdiction": _jurisdiction(compiler, item, fields, at),
        "results": results,
        "produces": {
            "documents": sorted({compiler.document(name, name, at, line)[0] for name in produces.get("documents", [])}),
            "elements": [_datum(compiler, datum, at, line) for datum in produces.get("elements", [])],
        },
        "needs": [compiler.document(name, name, at, line)[0] for name in item.get("needs", [])],
        "unsourced": item.get("unsourced", []), "sources": item.get("sources", []), "note": item.get("note"),
        **second, **joint,
    }  # fmt: skip


def _second(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the rule that a second person confirms decisions on the item: why, and who says so."""
    return {"basis": entry.get("basis"), "source": entry.get("source")}


def _joint(entry: dict[str, Any]) -> dict[str, Any]:
    """Return how several departments handle the item as one, by whose decision, and who says so (行政许可法 art. 26(2))."""
    return {"mode": entry.get("mode", ""), "basis": entry.get("basis"), "source": entry.get("source")}


def _basis(compiler: "Compiler", entry: dict[str, Any], at: str) -> dict[str, Any]:
    norm = compiler.words.norm(entry["title"]) or {}
    source = entry.get("source")
    return {
        "title": entry["title"], "article": entry.get("article"), "text": entry.get("text"), "source": source,
        "place": entry.get("place") or norm.get("place"), "kind": norm.get("kind"),
        "valid_from": norm.get("valid_from"), "valid_to": entry.get("valid_to") or norm.get("valid_to"), "verified": source is not None,
    }  # fmt: skip


def cite(basis: dict[str, Any]) -> str:
    """Return one basis as people read it: 《title》article."""
    title = basis["title"]
    marked = title if title.startswith("《") else f"《{title}》"
    return f"{marked}{basis['article'] or ''}"


def _edges(compiler: "Compiler", item: dict[str, Any], at: str) -> list[dict[str, str]]:
    edges: dict[str, dict[str, str]] = {}
    for edge in item.get("after", []):
        for key in compiler.known([edge["item"]], f"{at}.after", item.get("_line", 0)):
            edges[key] = {"item": key, "needs": edge.get("needs", "result")}
            if edge.get("if_refused", ENDS) != ENDS:
                edges[key]["if_refused"] = edge["if_refused"]
    return [edges[key] for key in sorted(edges)]


def _limits(compiler: "Compiler", node: dict[str, Any], at: str) -> dict[str, Any]:
    """Return statutory and promised limit as {value, unit, basis, source}; None where nothing is published."""
    authored = node.get("limits", {})
    result: dict[str, Any] = {}
    for kind in ("statutory", "promised"):
        limit = authored.get(kind)
        days = node.get(f"{kind}_working_days")
        if limit is not None and "value" not in limit and limit["unit"] != "instant":
            compiler.findings.error(
                f"{at}.limits.{kind}", "missing-key", "时限没有写数字（value）", "补上", line=node.get("_line", 0)
            )
            result[kind] = None
        elif limit is not None:
            value = ceil(limit.get("value", 0))
            result[kind] = {
                "value": value,
                "unit": limit["unit"],
                "basis": limit.get("basis"),
                "source": limit.get("source"),
                "repealed": compiler.repealed([limit["basis"]] if limit.get("basis") else []),
            }
        elif days is not None:
            result[kind] = days_limit(days)
        else:
            result[kind] = None
    return result


def days_limit(days: int | Decimal) -> dict[str, Any]:
    """Return a limit written as days: nought is at once, part of a day is counted in working hours."""
    unsourced: dict[str, Any] = {"basis": None, "source": None, "repealed": {}}
    if days == int(days):
        return {"value": int(days), "unit": "working_day" if days else "instant", **unsourced}
    hours = ceil(days * HOURS_A_DAY)
    return {"value": hours, "unit": "working_hour", **unsourced}


def _application_period(compiler: "Compiler", period: dict[str, Any], at: str) -> dict[str, Any]:
    """When to apply: from `opens_after` to `closes_after` days after an event in the applicant's own life."""
    return {
        "name": period.get("name"), "unit": period.get("unit", "natural_day"), "opens_after": period.get("opens_after", 0),
        "closes_after": period.get("closes_after"), "start_event": period.get("start_event"),
        "source": period.get("source"), "when": compiler.condition(period, f"{at}.application_periods"),
    }  # fmt: skip


def _waiting_period(compiler: "Compiler", period: dict[str, Any], item: dict[str, Any], at: str) -> dict[str, Any]:
    """How long the body has to wait before it decides. `starts_at` is the datum that says when the period opened."""
    place, line = f"{at}.waiting_periods", period.get("_line", 0)
    named, starts_at = period.get("start_field"), None
    field = next((one for one in item.get("fields", []) if one.get("key") == named), None)
    if field is not None:
        starts_at = {
            "party": compiler.party(field.get("of"), place, line),
            "element": compiler.element(field.get("element", field["label"]), place, line),
        }
    elif named is not None:
        compiler.findings.error(
            place, "unknown-field", f"这个事项没有表项“{named}”", "start_field 写本事项一个日期表项的 key", line=line
        )
    return {
        "name": period.get("name"), "value": period.get("value", 0), "unit": period.get("unit", "natural_day"),
        "start_event": period.get("start_event"), "start_field": named, "starts_at": starts_at,
        "basis": period.get("basis"), "source": period.get("source"),
        "repealed": compiler.repealed([period["basis"]] if period.get("basis") else []),
        "when": compiler.condition(period, place),
    }  # fmt: skip


def _fees(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [*item.get("fees", []), *([item["fee"]] if "fee" in item else [])]


def _fee(compiler: "Compiler", fee: dict[str, Any], at: str) -> dict[str, Any]:
    amount = fee.get("amount")
    if amount is not None and Decimal(amount) * 100 % 1:
        compiler.findings.error(
            f"{at}.fee", "wrong-kind", f"金额 {amount} 比分还小", "写到分为止", line=fee.get("_line", 0)
        )
    return {
        "amount_fen": None if amount is None else int(Decimal(amount) * 100), "unit": fee.get("unit", "元"),
        "basis": fee.get("basis"), "text": fee.get("text"), "when": compiler.condition(fee, f"{at}.fee"),
        "source": fee.get("source"), "repealed": compiler.repealed([fee["basis"]] if fee.get("basis") else []),
    }  # fmt: skip


def _route(compiler: "Compiler", route: dict[str, Any], at: str) -> dict[str, Any]:
    return {
        "key": route["key"], "name": route["name"], "when": compiler.condition(route, f"{at}.routes.{route['key']}"),
        "commitment": route.get("commitment", False), "limits": _limits(compiler, route, at),
        "steps": [
            {
                "name": step.get("name"), "working_days": step.get("working_days"), "kind": step.get("kind", "other"),
                "after_decision": step.get("after_decision", False),
            }
            for step in route.get("steps", [])
        ],
    }  # fmt: skip


def _datum(compiler: "Compiler", datum: dict[str, Any], at: str, line: int) -> dict[str, str]:
    return {
        "party": compiler.party(datum.get("of"), f"{at}.produces", line),
        "element": compiler.element(datum["element"], f"{at}.produces", line),
    }


def _jurisdiction(
    compiler: "Compiler", item: dict[str, Any], fields: list[dict[str, Any]], at: str
) -> dict[str, Any] | None:
    """Where the item is decided: the datum that says it, and the division code of each of its values ("" lies elsewhere)."""
    authored = item.get("jurisdiction")
    if authored is None:
        return None
    at, line = f"{at}.jurisdiction", authored.get("_line", item.get("_line", 0))
    party = compiler.party(authored.get("of"), at, line)
    element = compiler.element(authored["element"], at, line)
    codes = compiler.words.code_lists.get(compiler.elements.get(element, {}).get("code_list") or "", {})
    places = {one["name"]: one["code"] if one["code"].isdigit() else "" for one in codes.get("codes", [])}
    if not codes.get("complete") or not any(places.values()):
        compiler.findings.error(
            at,
            "no-places",
            f"“{authored['element']}”没有一张收全的区划代码表，看不出归哪里办",
            "给数据元写 code_list",
            line=line,
        )
    if not any((field["party"], field["element"]) == (party, element) for field in fields):
        compiler.findings.error(
            at, "not-asked", f"这个事项没有问“{authored['element']}”，看不出归哪里办", "在 fields 里加上", line=line
        )
    return {"party": party, "element": element, "places": places, "source": authored.get("source")}


def _results(compiler: "Compiler", item: dict[str, Any], at: str) -> list[dict[str, Any]]:
    entries = item.get("results", []) + ([item["result"]] if "result" in item else [])
    results = []
    for result in entries:
        line = result.get("_line", item.get("_line", 0))
        key, party = compiler.document(result["name"], result.get("document"), f"{at}.result", line)
        party = compiler.party(result["of"], at, line) if "of" in result else party
        results.append(
            {
                "key": key, "name": result["name"], "party": party, "kind": result.get("kind"),
                "electronic": result.get("electronic", False), "delivery": result.get("delivery", []),
                "validity": result.get("validity"), "when": compiler.condition(result, f"{at}.result"),
                "elements": [_datum(compiler, datum, at, line) for datum in result.get("elements", [])],
            }
        )  # fmt: skip
    return results


def _material(compiler: "Compiler", entry: dict[str, Any], item: dict[str, Any], at: str) -> dict[str, Any]:
    place = f"{at}.materials.{entry['name']}"
    line = compiler.line(entry, place)
    key, alias_party = compiler.document(entry["name"], entry.get("document"), place, line)
    party = compiler.party(entry.get("of", alias_party), place, line) if entry.get("of", alias_party) else None
    own = entry.get("legal_basis", [])
    bases = [text if text.startswith("《") else f"《{text}》" if "第" not in text else text for text in own]
    bases = bases or [cite({"title": b["title"], "article": b.get("article")}) for b in item.get("legal_basis", [])]
    return {
        "key": key, "name": entry["name"], "party": party, "kind": entry.get("kind"), "form": entry.get("form"),
        "copies": entry.get("copies", 1), "necessity": entry.get("required", "必要"), "origin": entry.get("origin"),
        "obtained": OBTAINED.get(entry.get("obtainable_by", "提交"), "submit"), "issued_by": entry.get("issued_by"),
        "from_form": entry.get("obtainable_by") == FROM_FORM,
        "when": compiler.condition(entry, place), "basis": bases or [NO_BASIS],
        "repealed": compiler.repealed(own), "ends": compiler.end(own), "any_of": entry.get("any_of"),
        "original": entry.get("original"), "signed_by": entry.get("signed_by"), "sample": entry.get("sample"),
        "pages": entry.get("pages"), "note": entry.get("note"),
    }  # fmt: skip


def _field(compiler: "Compiler", entry: dict[str, Any], at: str) -> dict[str, Any]:
    place = f"{at}.fields.{entry['key']}"
    line = compiler.line(entry, place)
    element = compiler.element(entry.get("element", entry["label"]), place, line)
    known = compiler.elements.get(element, {})
    if entry.get("old_value", False):
        element += OLD_VALUE
    return {
        "key": entry["key"], "label": entry["label"], "type": _type(entry.get("type"), known.get("type")),
        "authored_type": entry.get("type", "text"), "required": entry.get("required", True), "element": element,
        "party": compiler.party(entry.get("of"), place, line), "options": entry.get("options", []),
        "registry": entry.get("shared_from"), "when": compiler.condition(entry, place), "hint": entry.get("hint"),
        "unit": entry.get("unit") or known.get("unit"), "example": entry.get("example"),
        "multiple": entry.get("multiple", known.get("multiple", "可多选" in entry["label"])),
        "derived_from": [compiler.element(name, place, line) for name in entry.get("derived_from", [])]
        or [compiler.element(name, place, line) for name in known.get("derived_from", [])],
        "old_value": entry.get("old_value", False),
    }  # fmt: skip


# A dictionary may say more exactly what a field calls text or date; it may not say something else.
_REFINES = {
    "text": {"long_text", "choice", "phone", "id_number", "uscc", "address", "bank_account"},
    "date": {"datetime", "month"},
    "id_number": {"text"},
    "choice": {"text", "boolean"},
    "bank_account": {"text"},
    "uscc": {"text"},
    "phone": {"text"},
    "long_text": {"text"},
    "boolean": {"choice"},
    "address": {"text"},
    "datetime": {"date"},
    "month": {"date"},
}


def compatible(authored: str, known: str) -> bool:
    """True when a field's own type and the dictionary's can describe the same datum."""
    return authored == known or known in _REFINES.get(authored, set())


def _type(authored: str | None, known: str | None) -> str:
    if authored is None or known is None:
        return authored or known or "text"
    return known if known in _REFINES.get(authored, set()) and authored in ("text", "date") else authored
