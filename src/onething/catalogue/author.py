"""Turn what was read into clean authored data: known keys, right kinds, lists where lists belong, conditions compiled.

Nothing is guessed here. A key that no shape knows, a value of another kind or outside its list of words is an error
with the file's line and the remedy; what is merely absent is left absent (defaults are taken when compiling).
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from onething.catalogue.conditions import COMPARISONS, Condition, canonical
from onething.catalogue.findings import Findings
from onething.catalogue.shapes import NEEDED, SHAPES, SHORTHAND, WORDS, Kind
from onething.catalogue.yaml_reader import line_of

TEXTUAL = ("text", "word", "key", "slug", "day")
LONGEST_LIMIT = 3650  # days; no procedure lasts longer than ten years
_KEY = re.compile(r"[^\s,，/\\|]{1,80}")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
QUOTED = 40  # characters of a faulty value that a message repeats
_KIND_NAMES = {
    "text": "文字", "word": "文字或数字", "flag": "true 或 false", "count": "整数", "amount": "数字", "days": "不超过3650的天数", "condition": "条件",
    "day": "日期（2026-03-05）", "key": "不带空格、逗号和斜线的词", "slug": "由字母、数字和连字符组成的词",
}  # fmt: skip


def clean(node: Any, shape: str, at: str, findings: Findings) -> dict[str, Any] | None:
    """Check one mapping against its shape and return it as plain data; None when it is no mapping or unusable."""
    if not isinstance(node, Mapping):
        findings.error(
            at, "wrong-kind", f"这里要写成键和值，现在是“{_short(node)}”", "按格式写成“键: 值”", line=line_of(node)
        )
        return None
    keys = SHAPES[shape]
    result: dict[str, Any] = {}
    for key, value in node.items():
        place = f"{at}.{key}" if at else key
        line = line_of(node, key)
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"是不是“{near[0]}”？" if near else "对照格式说明，多余的逗号也会造出一个键；"
            findings.error(place, "unknown-key", f"不认识的键“{key}”", f"{hint}改正或删掉", line=line)
            continue
        if value is None:
            continue
        cleaned = _value(value, keys[key], place, line, findings)
        if cleaned is None:
            continue
        allowed = WORDS.get((shape, key))
        if allowed and cleaned not in allowed:
            findings.error(
                place, "wrong-word", f"“{_short(cleaned)}”不是可用的值", f"从这些里选：{'、'.join(allowed)}", line=line
            )
            continue
        result[key] = cleaned
    missing = [key for key in NEEDED.get(shape, ()) if key not in result]
    if missing:
        findings.error(at or "文件", "missing-key", f"缺少{'、'.join(missing)}", "补上", line=line_of(node))
        return None
    return result


def _value(value: Any, kind: Kind, at: str, line: int, findings: Findings) -> Any:
    if isinstance(kind, list):
        return _list(value, kind[0], at, line, findings)
    if kind in SHAPES:
        return clean(value, kind, at, findings)
    if kind in ("any", "condition"):
        return value
    if _fits(value, kind):
        return _word(value) if kind in TEXTUAL else value
    findings.error(
        at, "wrong-kind", f"这里要写{_KIND_NAMES[kind]}，现在是“{_short(value)}”", f"改成{_KIND_NAMES[kind]}", line=line
    )
    return None


def _fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind in ("flag", "word")
    if kind in ("count", "amount", "days"):
        whole = isinstance(value, int) or (kind != "count" and isinstance(value, Decimal))
        return whole and value >= 0 and (kind != "days" or value <= LONGEST_LIMIT)
    if kind in ("text", "word"):
        return isinstance(value, (str, int)) or (kind == "word" and isinstance(value, Decimal))
    if kind in ("key", "slug"):
        return bool((_SLUG if kind == "slug" else _KEY).fullmatch(str(value)))
    return kind == "day" and isinstance(value, str) and _is_day(value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _list(value: Any, kind: str, at: str, line: int, findings: Findings) -> list[Any] | None:
    entries = value if isinstance(value, list) else [value]
    result = []
    for index, entry in enumerate(entries):
        place = f"{at}[{index}]"
        shorthand = SHORTHAND.get(kind)
        if shorthand and isinstance(entry, str):
            result.append({shorthand: entry})
            continue
        cleaned = _value(entry, kind, place, line_of(entry) or line, findings)
        if cleaned is not None:
            if isinstance(cleaned, dict):
                cleaned["_line"] = line_of(entry) or line
            result.append(cleaned)
    return result


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"


class Conditions:
    """Compiles authored conditions of one thing against its questions; every unknown name becomes an error."""

    def __init__(self, questions: Mapping[str, Mapping[str, Any]], findings: Findings) -> None:
        self._questions = questions
        self._findings = findings

    def compile(self, raw: Any, at: str, line: int = 0) -> Condition:
        """Return the compiled condition; a faulty part is reported and counts as “always”."""
        if raw is None or raw is True:
            return True
        if not isinstance(raw, Mapping) or not raw:
            self._fault(at, "wrong-kind", f"条件写成了“{_short(raw)}”", "写成“问题: [选项, …]”", line_of(raw) or line)
            return True
        parts = [self._part(key, value, at, line_of(raw, key) or line) for key, value in raw.items()]
        return canonical({"all": parts})

    def _part(self, key: str, value: Any, at: str, line: int) -> Condition:
        if key in ("all", "any") and key not in self._questions:
            if not isinstance(value, list) or not value:
                self._fault(at, "wrong-kind", f"“{key}”后面要列出条件", "写成列表", line)
                return True
            return {key: [self.compile(part, f"{at}.{key}", line) for part in value]}
        if key == "not" and key not in self._questions:
            return {"not": self.compile(value, f"{at}.not", line)}
        question = self._questions.get(key)
        if question is None:
            near = get_close_matches(key, self._questions, n=1)
            self._fault(
                at, "unknown-question", f"条件里的问题“{key}”不存在",
                f"是不是“{near[0]}”？" if near else "改成 scenarios 里有的问题", line,
            )  # fmt: skip
            return True
        if question.get("type", "choice") == "choice":
            return self._options(key, question, value, at, line)
        return self._comparison(key, value, at, line)

    def _options(self, key: str, question: Mapping[str, Any], value: Any, at: str, line: int) -> Condition:
        values = [_word(one) for one in (value if isinstance(value, list) else [value])]
        if not values or isinstance(value, Mapping):
            self._fault(at, "wrong-kind", f"问题“{key}”后面没有列出选项", "列出至少一个选项", line)
            return True
        known = [option["value"] for option in question.get("options", [])]
        for one in [one for one in values if one not in known]:
            self._fault(
                at,
                "unknown-option",
                f"问题“{key}”没有选项“{_short(one)}”",
                f"可用的选项：{'、'.join(known) or '（没有）'}",
                line,
            )
        kept = [one for one in dict.fromkeys(known) if one in values]
        return {"q": key, "in": kept} if kept else True

    def _comparison(self, key: str, value: Any, at: str, line: int) -> Condition:
        if self._questions[key].get("type") == "date":
            self._fault(at, "wrong-comparison", f"“{key}”问的是日期，条件不能看日期", "改用选择题或数字题来决定", line)
            return True
        if isinstance(value, int) and not isinstance(value, bool):
            return {"all": [{"q": key, "cmp": "gte", "n": value}, {"q": key, "cmp": "lte", "n": value}]}
        if not isinstance(value, Mapping) or not value or any(word not in COMPARISONS for word in value):
            self._fault(
                at, "wrong-comparison", f"“{key}”是数字，条件写成了“{_short(value)}”", "写成 {gt: 10000} 一类", line
            )
            return True
        parts: list[Condition] = []
        for word, number in value.items():
            if not isinstance(number, int) or isinstance(number, bool):
                self._fault(at, "wrong-comparison", f"“{word}”后面要写整数", "改成整数", line)
                continue
            parts.append({"q": key, "cmp": word, "n": number})
        return True if not parts else parts[0] if len(parts) == 1 else {"all": parts}

    def _fault(self, at: str, code: str, reason: str, remedy: str, line: int) -> None:
        self._findings.error(at, code, reason, remedy, line=line)


def _word(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
