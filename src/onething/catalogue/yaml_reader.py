"""Read an authored YAML file without trusting it.

The reader walks the parser's events with its own stack, so that size, depth, number of nodes and aliases are bounded
before anything is built; it keeps the line of every key for the findings. Plain scalars follow YAML 1.2: only
true/false/null and numbers are special, `yes`, `no`, `off` and dates stay text. Numbers with a fraction become
`Decimal`, because an edition contains no floats (design decision 3).
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_NODES = 120_000
MAX_INT_DIGITS = 18

_INT = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+")
# Control characters but for tab and line end, and those that show text in another order than it is stored: in both cases
# nobody sees what a text really says.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class Unreadable(Exception):
    """The file cannot be taken as a catalogue file. `line` counts from 1; `remedy` says what to do."""

    def __init__(self, code: str, reason: str, remedy: str, line: int = 0) -> None:
        super().__init__(reason)
        self.code, self.reason, self.remedy, self.line = code, reason, remedy, line


class Map(dict[str, Any]):
    """A mapping that knows the line of each of its keys, and its own."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Seq(list[Any]):
    """A sequence that knows its own line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def line_of(node: object, key: str | None = None) -> int:
    """Return the line of a node, or of one key of a mapping; 0 when it was not read from a file."""
    if isinstance(node, Map):
        return node.lines.get(key, node.line) if key is not None else node.line
    return node.line if isinstance(node, Seq) else 0


def read_file(path: Path) -> Any:
    """Read one YAML file from disk. Raises Unreadable."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable("too-big", f"文件有 {size:,} 字节，上限是 {MAX_BYTES:,}", "拆成几个文件，每个一件事")
    return read_text(path.read_bytes())


def read_text(raw: bytes) -> Any:
    """Read YAML from bytes. Raises Unreadable; time and memory are bounded by the limits above."""
    if len(raw) > MAX_BYTES:
        raise Unreadable("too-big", f"文件有 {len(raw):,} 字节，上限是 {MAX_BYTES:,}", "拆成几个文件，每个一件事")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unreadable("not-utf8", f"第 {fault.start} 个字节起不是 UTF-8", "另存为 UTF-8 编码") from fault
    _refuse_deep_flow(text)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or "写法读不懂"
        raise Unreadable(
            "not-yaml", f"YAML 语法有误：{problem}", "检查这一行前后的缩进、引号和冒号", mark.line + 1 if mark else 0
        ) from fault
    return builder.root


def _refuse_deep_flow(text: str) -> None:
    """Refuse brackets opened far deeper than any catalogue needs, before the parser spends time on them.

    Brackets inside quoted text count too; the bound is therefore generous.
    """
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        depth = max(0, depth + line.count("[") + line.count("{") - line.count("]") - line.count("}"))
        if depth > MAX_DEPTH * 8:
            raise Unreadable("too-deep", f"括号嵌套超过 {MAX_DEPTH} 层", "减少嵌套：目录文件用不到这么深", number)


class _Builder:
    """Turn parser events into Map, Seq and scalars."""

    def __init__(self) -> None:
        self.root: Any = None
        self._stack: list[tuple[Map | Seq, list[str | None]]] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("alias", f"用了别名 *{event.anchor}", "把内容写全：目录文件不允许锚和别名", line)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Unreadable("many-documents", "一个文件里有几份文档（---）", "每份单独存一个文件", line)
        elif isinstance(event, yaml.NodeEvent):
            self._start(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def _start(self, event: yaml.NodeEvent, line: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Unreadable("too-many-nodes", f"超过 {MAX_NODES:,} 个节点", "拆成几个文件", line)
        if event.anchor is not None:
            raise Unreadable("alias", f"用了锚 &{event.anchor}", "把内容写全：目录文件不允许锚和别名", line)
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event, line), line)
            return
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise Unreadable("tag", f"用了标签 {tag}", "去掉标签：目录文件只有文字、数字、列表和键值", line)
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable("too-deep", f"嵌套超过 {MAX_DEPTH} 层", "减少嵌套：目录文件用不到这么深", line)
        node: Map | Seq = Map(line) if isinstance(event, yaml.MappingStartEvent) else Seq(line)
        self._add(node, line)
        self._stack.append((node, [None]))

    def _add(self, value: Any, line: int) -> None:
        if not self._stack:
            self.root = value
            return
        parent, pending = self._stack[-1]
        if isinstance(parent, Seq):
            parent.append(value)
        elif pending[0] is None:
            if isinstance(value, (Map, Seq)):
                raise Unreadable("odd-key", "键不是文字", "键要写成一个词", line)
            key = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            if key in parent:
                raise Unreadable("double-key", f"键“{key}”在同一处写了两次", "删掉其中一个", line)
            parent.lines[key] = line
            pending[0] = key
        else:
            parent[pending[0]] = value
            pending[0] = None


def _scalar(event: yaml.ScalarEvent, line: int) -> Any:
    if event.tag not in (None, "!"):
        raise Unreadable("tag", f"用了标签 {event.tag}", "去掉标签：目录文件只有文字、数字、列表和键值", line)
    text: str = event.value
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable("not-text", "有不成字的编码（半个代理对）", "重新输入这个字", line)
    if unseen := _UNSEEN.search(text):
        odd = f"U+{ord(unseen.group()):04X}"
        raise Unreadable("control-character", f"文字里有看不见的控制字符 {odd}", "删掉它，重新输入这段文字", line)
    if not event.implicit[0]:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_INT_DIGITS:
            raise Unreadable("huge-number", f"数字有 {len(text)} 位", "长编号要加引号写成文字", line)
        # A leading zero means a code, not a number.
        return text if text.lstrip("+-").startswith("0") and len(text.lstrip("+-")) > 1 else int(text)
    if _FRACTION.fullmatch(text) and len(text) <= MAX_INT_DIGITS:
        return Decimal(text)
    return text
