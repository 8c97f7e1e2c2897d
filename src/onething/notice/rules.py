"""The notice in words, made of a plan: everything told once, in everyday Chinese (R2.3.a–c, ux b6).

`build_content` gives blocks of plain text. Page and PDF draw the same blocks and add no words, so that neither can say more
than the other; `text_lines` is what both are compared by. Per item: basis, conditions, materials, time limit, fee, result
and window. What rests on no source is marked 依据待补.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from onething.kit.hashing import hash_of

__all__ = ["MOST_NAMED", "SCHEMA", "build_content", "day_words", "fee_words", "limit_words", "plan_hash", "text_lines"]

SCHEMA: Final = 1
# More names than these in one sentence are told by their number; each stands on a line of its own below.
MOST_NAMED: Final = 3
UNVERIFIED: Final = "依据待补"
WEEKDAYS: Final = "一二三四五六日"
BODY_WORDS: Final = {"department": "部门", "institution": "机构", "enterprise": "企业"}
TRIGGER_WORDS: Final = {
    "event": "不用申请，前面的事办好后自动开始",
    "check": "不用申请，由办理单位核对",
}
DATED: Final = ("on", "promise", "reductions")

Row = list[str]
Block = dict[str, Any]


def plan_hash(plan: Mapping[str, Any]) -> str:
    """The hash of what a plan demands, without its dates: the notice of yesterday and the case of today agree in it."""
    return hash_of({key: value for key, value in plan.items() if key not in DATED})


def build_content(
    plan: Mapping[str, Any],
    *,
    number: str,
    place_name: str,
    bodies: Mapping[str, str],
    short_hash: str,
    issued_on: date,
) -> dict[str, Any]:
    """One notice as data: title, facts and the blocks that page and paper both draw (`kit.documents`).

    `bodies` names the body that handles each item at this place, where it is known.
    """
    names = {item["key"]: item["name"] for item in plan.get("items", ())}
    sections = [
        _gate_section(plan),
        _summary_section(plan),
        _promise_section(plan),
        _hand_in_section(plan, names),
        _free_section(plan),
        _withdrawn_section(plan),
        _left_out_section(plan),
        _items_section(plan, names, bodies),
        _source_section(plan, short_hash),
    ]
    return {
        "schema": SCHEMA,
        "title": "一次性告知单",
        "subtitle": str(plan["name"]),
        "number": number,
        "facts": [
            ["办理地点", place_name],
            ["告知日期", day_words(issued_on)],
            ["版本", f"{plan['version']}（{short_hash}）"],
        ],
        "blocks": [block for section in sections for block in section],
        "check_lines": ["扫码看网上的这份告知单，和纸上一字不差。", f"编号：{number}"],
    }


def text_lines(content: Mapping[str, Any]) -> list[str]:
    """Every word of a notice, line by line, in reading order: what page and paper are compared by."""
    lines = [content["title"], content["subtitle"], content["number"]]
    lines += [f"{label}：{value}" for label, value in content["facts"]]
    for block in content["blocks"]:
        lines += _block_lines(block)
    return [line for line in [*lines, *content["check_lines"]] if line]


def _block_lines(block: Mapping[str, Any]) -> list[str]:
    match block["kind"]:
        case "facts":
            return [f"{label}：{value}" for label, value in block["rows"]]
        case "list":
            return list(block["items"])
        case _:
            return [str(block["text"])]


def _section(
    heading: str,
    *,
    level: int = 1,
    paragraphs: Sequence[str] = (),
    rows: Sequence[Row] = (),
    items: Sequence[str] = (),
) -> list[Block]:
    """A heading and what stands under it, as blocks."""
    blocks: list[Block] = [{"kind": "heading", "text": heading, "level": level}]
    blocks += [{"kind": "paragraph", "text": text} for text in paragraphs]
    if rows:
        blocks.append({"kind": "facts", "rows": list(rows)})
    if items:
        blocks.append({"kind": "list", "items": list(items), "ordered": False})
    return blocks


def _gate_section(plan: Mapping[str, Any]) -> list[Block]:
    gate = plan.get("gate") or {}
    if gate.get("passed") is not False:
        return []
    return _section(
        "您的情况不能用这个套餐",
        paragraphs=["下面的事可以一件一件单独办，条件和材料见后面。"],
        items=[str(refusal["message"]) for refusal in gate.get("refusals", ())],
    )


def _summary_section(plan: Mapping[str, Any]) -> list[Block]:
    items = [item["name"] for item in plan.get("items", ())]
    asked = _to_bring(plan)
    free = [material for material in plan.get("materials", ()) if material.get("why_not_needed")]
    told = [f"要办{len(items)}件事，填一张表，交一套材料。", f"要交{len(asked)}份材料，不用交{len(free)}份。"]
    open_items = [one["name"] for one in plan.get("possible", ())]
    if open_items:
        told.append(f"还有问题没有回答，下面的事可能也要办：{'、'.join(open_items)}。")
    return _section("一句话", paragraphs=told, items=items)


def _promise_section(plan: Mapping[str, Any]) -> list[Block]:
    promise = plan.get("promise") or {}
    paragraphs = []
    if promise.get("working_days") is not None:
        start, due = (day_words(date.fromisoformat(promise[day])) for day in ("starts_on", "due_on"))
        outside = [
            str(line["name"])
            for line in promise.get("lines", ())
            if not line.get("due_on") or line["due_on"] > promise["due_on"]
        ]
        named = f"有{len(outside)}件事" if len(outside) > MOST_NAMED else "、".join(outside)
        told = f"{due}前办好，一共{promise['working_days']}个工作日。" + (
            f"{named}另外算，时间写在下面。" if outside else ""
        )
        paragraphs.append(f"{start}收到您的申请，{told}")
    elif promise.get("lines"):
        paragraphs.append("这些事都没有公布办理时间，收到申请后由办理单位告诉您。")
    if promise.get("provisional"):
        paragraphs.append("这个日期要等国家公布放假安排后再确认，只会提前，不会推后。")
    if promise.get("target") is not None:
        days, place = promise["target"], promise.get("target_place")
        told = (
            f"{place}公布的目标是{days}个工作日，只供对照。"
            if place
            else f"不知道哪里公布的目标是{days}个工作日，只供对照。"
        )
        paragraphs.append(told)
    return _section(
        "什么时候办好", paragraphs=paragraphs, rows=[_promise_row(line) for line in promise.get("lines", ())]
    )


def _promise_row(line: Mapping[str, Any]) -> Row:
    words = limit_words(line)
    if line.get("from_day"):
        words += f"，第{line['from_day']}个工作日以后开始"
    if line.get("due_on"):
        words += f"，{day_words(date.fromisoformat(line['due_on']))}前"
    if line.get("note"):
        words += f"（{line['note']}）"
    return [str(line["name"]), words]


def _hand_in_section(plan: Mapping[str, Any], names: Mapping[str, str]) -> list[Block]:
    rows = [[_material_name(material), _material_words(material, names)] for material in _to_bring(plan)]
    paragraphs = ["每份材料只交一次，所有部门共用。"] if rows else ["不用交材料。"]
    groups: dict[str, list[str]] = {}
    for material in _to_bring(plan):
        for group in material.get("groups") or ():
            groups.setdefault(group, []).append(_material_name(material))
    paragraphs += [f"下面的材料交一种就行：{'、'.join(group)}。" for group in groups.values() if len(group) > 1]
    return _section("要交的材料", paragraphs=paragraphs, rows=rows)


def _material_name(material: Mapping[str, Any]) -> str:
    party = str(material.get("party_name") or "")
    return str(material["name"]) if not party or party in material["name"] else f"{party}的{material['name']}"


def _material_words(material: Mapping[str, Any], names: Mapping[str, str]) -> str:
    told = [str(material["form"])] if material.get("form") else []
    told.append(f"{material.get('copies') or 1}份")
    if material["obtained"] == "commitment":
        told.append("可以书面承诺，免交证明（告知承诺）")
    if material.get("necessity") == "容缺":
        told.append("可以以后补（容缺受理）")
    elif not material.get("required"):
        told.append("有就交")
    if material.get("original") == "surrender":
        told.append("原件要交回")
    askers = [
        f"{names.get(asker['item'], asker['item'])}要用，依据：{asker.get('basis') or UNVERIFIED}"
        for asker in material.get("asked_by", ())
    ]
    return "，".join(told) + "。" + "；".join(askers)


def _to_bring(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [material for material in plan.get("materials", ()) if not material.get("why_not_needed")]


def _free_section(plan: Mapping[str, Any]) -> list[Block]:
    rows = [
        [_material_name(material), str(material["why_not_needed"])]
        for material in plan.get("materials", ())
        if material.get("why_not_needed")
    ]
    return _section("不用交的材料", rows=rows) if rows else []


def _withdrawn_section(plan: Mapping[str, Any]) -> list[Block]:
    rows = [
        [
            str(row["name"]),
            f"{'、'.join(f'《{title}》' for title in row['basis'])}已于{day_words(date.fromisoformat(row['since']))}失效，不再{'办理' if row['what'] == 'item' else '要求'}",
        ]
        for row in plan.get("withdrawn", ())
    ]
    return _section("不再要求的", rows=rows) if rows else []


def _left_out_section(plan: Mapping[str, Any]) -> list[Block]:
    rows = [
        [str(item["name"]), f"这次不办，就没有：{'、'.join(item.get('loses') or ['这一项'])}。以后可以单独办。"]
        for item in plan.get("left_out", ())
    ]
    return _section("您选择不办的事", rows=rows) if rows else []


def _items_section(plan: Mapping[str, Any], names: Mapping[str, str], bodies: Mapping[str, str]) -> list[Block]:
    fees: dict[str, list[Mapping[str, Any]]] = {}
    for fee in plan.get("fees", ()):
        fees.setdefault(fee["item"], []).append(fee)
    blocks = _section("每件事的详细说明")
    for number, item in enumerate(plan.get("items", ()), start=1):
        rows = _item_rows(item, plan, names, bodies, fees.get(item["key"], []))
        blocks += _section(f"{number}. {item['name']}", level=2, rows=rows)
    return blocks


def _item_rows(
    item: Mapping[str, Any],
    plan: Mapping[str, Any],
    names: Mapping[str, str],
    bodies: Mapping[str, str],
    fees: Sequence[Mapping[str, Any]],
) -> list[Row]:
    body = bodies.get(item["key"]) or str(item["department"])
    rows = [["谁来办", f"{body}（{BODY_WORDS.get(item.get('body') or '', '单位')}）"]]
    if rule := item.get("jurisdiction"):
        rows.append(["归哪里办", _place_words(rule, plan)])
    if item.get("route_name"):
        rows.append(["怎么办", str(item["route_name"])])
    if item.get("trigger") in TRIGGER_WORDS:
        rows.append(["怎么开始", str(item.get("starts_on") or TRIGGER_WORDS[item["trigger"]])])
    if item.get("after"):
        rows.append(["排在后面", f"等这些办好再开始：{'、'.join(names.get(key, key) for key in item['after'])}"])
    rows += [
        ["依据", _joined((_cited(basis) for basis in item.get("basis", ())), UNVERIFIED)],
        ["条件", _joined(map(str, item.get("conditions", ())), "没有另外的条件")],
        ["材料", _joined((_material_name(m) for m in plan.get("materials", ()) if _asks(m, item)), "不用材料")],
        ["时间", _limit_row(item)],
        ["费用", fee_words(fees)],
        ["办好后得到", _joined((_result_words(result) for result in item.get("results", ())), "没有另外的文书")],
    ]
    rows += [["期限", str(one["limit"])] for one in item.get("deadlines") or () if one.get("limit")]
    rows += [["申请期限", _application_words(one)] for one in item.get("application_periods") or ()]
    rows += [["等待期", _waiting_words(one)] for one in item.get("waiting_periods") or ()]
    if item.get("unverified"):
        rows.append(["说明", f"这件事有{len(item['unverified'])}处{UNVERIFIED}，以办理单位答复为准"])
    return rows


def _place_words(rule: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    where = (rule["party"], rule["element"])
    label = next((str(row["label"]) for row in plan.get("form", ()) if (row["party"], row["element"]) == where), "")
    return f"“{label}”填的那个市（区）" if label else "申请的地方"


def _asks(material: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return any(asker["item"] == item["key"] for asker in material.get("asked_by", ()))


def _cited(basis: Mapping[str, Any]) -> str:
    words = str(basis.get("cited") or f"{basis.get('title') or ''}{basis.get('article') or ''}")
    return words if basis.get("verified", True) else f"{words}（{UNVERIFIED}）"


def _limit_row(item: Mapping[str, Any]) -> str:
    words = limit_words(item.get("limit") or {})
    statutory = item.get("statutory")
    if statutory and (item.get("limit") or {}).get("kind") == "promised":
        words += f"；法律规定最长{limit_words(statutory)}"
    return words


def limit_words(limit: Mapping[str, Any]) -> str:
    """A time limit as people say it."""
    value = limit.get("value")
    if value is None:
        return "没有公布办理时间"
    if limit.get("kind") == "waiting":
        words = limit_words({**limit, "kind": None})
        return f"要等{words}，期满才能办结"
    match limit.get("unit"):
        case "instant":
            return "当场办好"
        case "working_hour":
            return f"{value}个工作小时"
        case "natural_day":
            return f"{value}天（包括节假日）"
        case _:
            return f"{value}个工作日" if value else "当天"


def fee_words(fees: Iterable[Mapping[str, Any]]) -> str:
    """The fees of one item; money is whole fen."""
    told = []
    for fee in fees:
        amount = fee.get("amount_fen")
        if amount is None:
            told.append(str(fee["text"]) if fee.get("text") else f"没有公布收费标准（{UNVERIFIED}）")
            continue
        words = "不收费" if amount == 0 else f"{amount // 100}.{amount % 100:02d}{fee.get('unit') or '元'}"
        basis = str(fee.get("basis") or "")
        told.append(f"{words}（{basis}）" if basis and basis != words else words)
    return "；".join(told) or f"没有公布收费标准（{UNVERIFIED}）"


def _result_words(result: Mapping[str, Any]) -> str:
    ways = "、".join(result.get("delivery") or ())
    return f"{result['name']}（{ways}）" if ways else str(result["name"])


def _application_words(period: Mapping[str, Any]) -> str:
    unit = "个工作日" if period["unit"] == "working_day" else "天"
    start, opens, closes = period["start_event"], period["opens_after"], period["closes_after"]
    first = f"{start}后第{opens}{unit}起" if opens else f"从{start}算起"
    return f"{period['name']}：{first}" + (f"，到第{closes}{unit}为止" if closes is not None else "")


def _waiting_words(period: Mapping[str, Any]) -> str:
    return f"{period['name']}：从{period['start_event']}算起，{limit_words({**period, 'kind': 'waiting'})}"


def _source_section(plan: Mapping[str, Any], short_hash: str) -> list[Block]:
    return _section(
        "这份告知单",
        paragraphs=[
            "这是按您的回答做的，网上、窗口、电话说的都一样。",
            "除了这里写的，办理单位不能再要别的材料；法律有变化的除外。",
            f"不清楚的打12345，报版本 {plan['version']}（{short_hash}）。",
        ],
    )


def _joined(parts: Iterable[str], otherwise: str) -> str:
    return "；".join(part for part in parts if part) or otherwise


def day_words(day: date) -> str:
    """A date as prose writes it."""
    return f"{day.year}年{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"
