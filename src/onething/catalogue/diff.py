"""Say in words what changed between two editions of a one-thing (R5.3/2)."""

from collections.abc import Mapping
from typing import Any

# What people call the keys of an edition; a key without a name here is shown as it is.
NAMES = {
    "name": "名称", "summary": "简介", "questions": "问题", "items": "事项", "materials": "材料", "fields": "表项",
    "parties": "当事人", "gate": "准入条件", "choose_one": "只选一项", "together": "必须一起办", "joint": "联合办理", "limits": "时限",
    "statutory": "法定时限", "promised": "承诺时限", "fees": "收费", "conditions": "受理条件", "basis": "依据",
    "when": "适用条件", "after": "前后顺序", "results": "结果", "options": "选项", "routes": "办理路径",
    "department": "办理部门", "necessity": "必要性", "obtained": "取得方式", "required": "是否必填", "sources": "来源",
    "target_working_days": "公布的总时限", "target_source": "总时限的来源", "label": "名称", "question": "问法", "elements": "数据元",
    "documents": "材料类型", "produces": "产生", "stages": "阶段", "aliases": "别名", "keywords": "关键词",
    "synonyms": "同义词",
}  # fmt: skip

# By what an entry of a list is recognised from one edition to the next.
IDENTITIES = ("key", "value", "title", "item", "name")


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return one sentence for every change, in a stable order; an empty list when both say the same."""
    rows: list[str] = []
    _compare("", old, new, rows)
    return rows


def _compare(place: str, old: Any, new: Any, rows: list[str]) -> None:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _is_limit(new):
        for key in sorted(old.keys() | new.keys()):
            inner = f"{place} › {NAMES.get(key, key)}" if place else NAMES.get(key, key)
            if key not in old:
                _added(inner, new[key], rows)
            elif key not in new:
                rows.append(f"{inner}：去掉了{_text(old[key])}")
            else:
                _compare(inner, old[key], new[key], rows)
    elif isinstance(old, list) and isinstance(new, list):
        _compare_lists(place, old, new, rows)
    else:
        rows.append(f"{place}：从{_text(old)}改为{_text(new)}")


def _is_limit(value: Mapping[str, Any]) -> bool:
    return "unit" in value and "value" in value


def _added(place: str, value: Any, rows: list[str]) -> None:
    if value not in (None, [], {}, False):
        rows.append(f"{place}：新增{_text(value)}")


def _compare_lists(place: str, old: list[Any], new: list[Any], rows: list[str]) -> None:
    before, after = _by_identity(old), _by_identity(new)
    rows += [f"{place}：去掉了{_text(before[identity])}" for identity in before if identity not in after]
    for identity, entry in after.items():
        if identity not in before:
            rows.append(f"{place}：新增{_text(entry)}")
        else:
            _compare(f"{place} › {_title(entry)}", before[identity], entry, rows)
    kept_before = [identity for identity in before if identity in after]
    kept_after = [identity for identity in after if identity in before]
    if kept_before != kept_after:
        rows.append(f"{place}：顺序变了")


def _by_identity(entries: list[Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for entry in entries:
        identity = _identity(entry)
        while identity in result:
            identity += "'"
        result[identity] = entry
    return result


def _identity(entry: Any) -> str:
    if isinstance(entry, Mapping):
        named = [str(entry[key]) for key in (*IDENTITIES, "party") if entry.get(key) is not None]
        return "/".join(named) or str(entry)
    return str(entry)


def _title(entry: Any) -> str:
    if isinstance(entry, Mapping):
        for key in ("name", "label", "question", "title", "key", "value", "item"):
            if entry.get(key):
                return f"“{entry[key]}”"
    return _text(entry)


def _text(value: Any) -> str:
    if isinstance(value, Mapping) and _is_limit(value):
        units = {"working_day": "个工作日", "natural_day": "天", "working_hour": "个工作小时", "instant": ""}
        unit = str(value["unit"])
        return "当场" if unit == "instant" else f"{value['value']}{units.get(unit, unit)}"
    if isinstance(value, Mapping):
        title = _title(value) if any(value.get(k) for k in ("name", "label", "question", "title", "key")) else None
        return title or "一组设置"
    if isinstance(value, list):
        return "、".join(_text(one) for one in value) or "空"
    if value is None or value == "":
        return "空"
    return {True: "是", False: "否"}.get(value, f"“{value}”") if isinstance(value, bool) else f"“{value}”"
