"""Data and papers: one datum, one rule, asked once (I1, I4; decision 8). Everything here is an error."""

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from onething.catalogue.conditions import Condition, conjunction
from onething.catalogue.edition_items import compatible

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection

THREE = 3

Asker = tuple[dict[str, Any], dict[str, Any]]


def run(inspection: "Inspection") -> None:
    """Report every fault in what one one-thing asks for."""
    _data(inspection)
    _fills(inspection)
    _chains(inspection)
    _materials(inspection)
    _overlaps(inspection)


def _data(inspection: "Inspection") -> None:
    """I1 and I4: one datum, asked once, with one rule. What two askers demand must be reconcilable."""
    askers: dict[tuple[str, str], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for item in inspection.document["items"]:
        keys: set[str] = set()
        for field in item["fields"]:
            at = f"items.{item['key']}.fields.{field['key']}"
            known = inspection.document["elements"].get(field["element"], {})
            if "type" in known and not compatible(field["authored_type"], known["type"]):
                inspection.error(
                    at, "contradicting-rule",
                    f"这里是{field['authored_type']}，数据元“{known['name']}”是{known['type']}", "统一成一种类型",
                )  # fmt: skip
            codes = inspection.document["code_lists"].get(known.get("code_list") or "", {})
            if codes.get("complete") and (
                strange := [
                    option for option in field["options"] if option not in {code["name"] for code in codes["codes"]}
                ]
            ):
                inspection.error(
                    at, "unknown-option", f"选项“{'、'.join(strange)}”不在代码表“{codes.get('name') or known['code_list']}”里",
                    "改用代码表里的名称",
                )  # fmt: skip
            if field["key"] in keys:
                inspection.error(at, "double-key", f"表项“{field['key']}”在这个事项里出现了两次", "改一个键，或合并")
            keys.add(field["key"])
            askers.setdefault((field["party"], field["element"]), []).append((item, field))
    for (party, element), pairs in askers.items():
        for (item, field), (other_item, other) in combinations(pairs, 2):
            _reconcile(inspection, (item, field), (other_item, other), f"{party}的“{element}”")
        _options_left(inspection, pairs, f"{party}的“{element}”")
    for who in inspection.document["parties"]:
        for same in who["same_as"]:
            for (party, element), pairs in askers.items():
                if party == who["key"]:
                    for mine, theirs in product(pairs, askers.get((same["party"], element), [])):
                        _reconcile(
                            inspection, mine, theirs, f"{party}（就是{same['party']}）的“{element}”", same["when"]
                        )


def _reconcile(inspection: "Inspection", one: Asker, two: Asker, whose: str, also: Condition | None = None) -> None:
    """Report two askers of one datum whose rules cannot both be met, if both can ask in one situation."""
    (item, field), (other_item, other) = one, two
    clash = _clash(field, other, same_item=also is None and item is other_item)
    at = f"items.{other_item['key']}.fields.{other['key']}"
    if clash and inspection.possible(
        conjunction(item["when"], field["when"], other_item["when"], other["when"], True if also is None else also), at
    ):
        code, reason, remedy = clash
        inspection.error(at, code, f"{whose}：{reason}（另见 {item['key']}.{field['key']}）", remedy)


def _options_left(inspection: "Inspection", pairs: list[Asker], whose: str) -> None:
    """Options that fit two by two may still leave nothing that fits all."""
    choosing = [(item, field) for item, field in pairs if field["options"]]
    if len(choosing) < THREE or set.intersection(*(set(field["options"]) for _, field in choosing)):
        return
    item, field = choosing[-1]
    at = f"items.{item['key']}.fields.{field['key']}"
    if inspection.possible(conjunction(*[w for i, f in choosing for w in (i["when"], f["when"])]), at):
        inspection.error(at, "contradicting-rule", f"{whose}：几处的选项合起来一个也不剩", "统一选项")


def _fills(inspection: "Inspection") -> None:
    """An answer that fills a datum must be one the asking fields allow, and only one question may fill it."""
    filled: dict[tuple[str, str], dict[str, Any]] = {}
    for question in inspection.document["questions"]:
        at = f"scenarios.{question['key']}"
        for fill in question["fills"]:
            datum = (fill["party"], fill["element"])
            other = filled.setdefault(datum, question)
            if other is not question and inspection.possible(conjunction(other["when"], question["when"]), at):
                inspection.error(
                    at, "filled-twice", f"{datum[0]}的“{datum[1]}”已由问题 {other['key']} 填", "只留一处 fills"
                )
            values = {v for v in (fill["map"] or {}).values() if v is not None}
            for item in inspection.document["items"]:
                for field in item["fields"]:
                    if (
                        (field["party"], field["element"]) == datum
                        and field["options"]
                        and not values <= {*field["options"]}
                    ):
                        odd = "、".join(sorted(str(value) for value in values - {*field["options"]}))
                        inspection.error(
                            at, "contradicting-rule", f"填的“{odd}”不在“{field['label']}”的选项里", "统一选项"
                        )


def _chains(inspection: "Inspection") -> None:
    """Nobody is the same as himself by way of others, and nothing is derived from itself."""
    same = {party["key"]: {s["party"] for s in party["same_as"]} for party in inspection.document["parties"]}
    for key in sorted(same):
        if key in _reached(same, key):
            inspection.error(f"parties.{key}.same_as", "cycle", "same_as 绕回了自己", "只在一个方向上写 same_as")
    derived: dict[str, set[str]] = {}
    for item in inspection.document["items"]:
        for field in item["fields"]:
            derived.setdefault(field["element"], set()).update(field["derived_from"])
    for item in inspection.document["items"]:
        for field in item["fields"]:
            if field["element"] in _reached(derived, field["element"]):
                at = f"items.{item['key']}.fields.{field['key']}"
                inspection.error(at, "cycle", f"“{field['label']}”由自己推出", "改 derived_from")


def _reached(edges: dict[str, set[str]], start: str) -> set[str]:
    pending, seen = list(edges.get(start, ())), set[str]()
    while pending:
        key = pending.pop()
        if key not in seen:
            seen.add(key)
            pending += edges.get(key, ())
    return seen


def _clash(field: dict[str, Any], other: dict[str, Any], *, same_item: bool) -> tuple[str, str, str] | None:
    if same_item:
        return (
            "asked-twice",
            f"“{field['label']}”和“{other['label']}”是同一个数据，问了两次",
            "只留一个，或换成不同的数据元",
        )
    if not compatible(field["authored_type"], other["authored_type"]) and not compatible(
        other["authored_type"], field["authored_type"]
    ):
        return "contradicting-rule", f"一处是{field['authored_type']}，一处是{other['authored_type']}", "统一成一种类型"
    if field["unit"] and other["unit"] and field["unit"] != other["unit"]:
        return "contradicting-rule", f"一处的单位是{field['unit']}，一处是{other['unit']}", "统一单位"
    if field["options"] and other["options"] and not set(field["options"]) & set(other["options"]):
        return "contradicting-rule", "两处的选项没有一个相同", "统一选项"
    return None


def _materials(inspection: "Inspection") -> None:
    """The same paper of the same person is not demanded twice by one item, unless either of two will do."""
    for item in inspection.document["items"]:
        for one, other in combinations(item["materials"], 2):
            if (one["key"], one["party"]) != (other["key"], other["party"]):
                continue
            at = f"items.{item['key']}.materials.{other['name']}"
            if inspection.possible(conjunction(item["when"], one["when"], other["when"]), at):
                inspection.error(
                    at, "asked-twice", f"和“{one['name']}”是同一份材料，要了两次", "合并成一条，或让 when 互斥"
                )


def _overlaps(inspection: "Inspection") -> None:
    """A datum asked as a question and again as a field must be declared by `fills` (decision 8)."""
    for question in inspection.document["questions"]:
        filled = {(fill["party"], fill["element"]) for fill in question["fills"]}
        for item in inspection.document["items"]:
            for field in item["fields"]:
                if (field["party"], field["element"]) in filled or not _repeats(question, field):
                    continue
                inspection.error(
                    f"items.{item['key']}.fields.{field['key']}", "undeclared-overlap",
                    f"“{field['label']}”和问题“{question['question']}”问的是同一件事", f"在问题 {question['key']} 上写 fills",
                )  # fmt: skip


def _repeats(question: dict[str, Any], field: dict[str, Any]) -> bool:
    """True when a field plainly repeats a question: the same words, the same key but for is_/has_, or its name and options.

    Nothing is guessed from options alone: two parties may well be asked with the same ones.
    """
    label = _bare(field["label"])
    if _bare(question["question"]) == label:
        return True
    if field["type"] not in ("choice", "boolean", "number"):
        return False
    if _stem(question["key"]) == _stem(field["key"]):
        return True
    labels = {option["label"] for option in question["options"]}
    return bool(field["options"]) and set(field["options"]) <= labels and label in _bare(question["question"])


def _bare(words: str) -> str:
    """Words without what a question or a label adds around them."""
    return "".join(character for character in words if character.isalnum()).removesuffix("是什么")


def _stem(key: str) -> str:
    stem = key.replace("-", "_").lower()
    for prefix in ("is_", "has_", "if_"):
        stem = stem.removeprefix(prefix)
    return stem
