"""Reads `divisions.yaml` and `organisations.yaml` into unsaved rows; pure but for the model classes it fills.

The full check with line numbers and remedies is `onething catalogue check`; here only what would leave the tables wrong is
refused, all faults at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from onething.kit.errors import Refused
from onething.parties.models import Division, FunctionSlot, Organisation, Routing
from onething.parties.rules import full_code

__all__ = ["PlacesRead", "PlacesRefused", "read_places"]

MAX_BYTES = 8_000_000
MAX_DEPTH = 24
LEVELS = {
    "nation": Division.Level.NATION,
    "province": Division.Level.PROVINCE,
    "city": Division.Level.CITY,
    "prefecture": Division.Level.CITY,
    "county": Division.Level.COUNTY,
    "district": Division.Level.COUNTY,
    "town": Division.Level.TOWN,
    "subdistrict": Division.Level.TOWN,
    "village": Division.Level.VILLAGE,
    "zone": Division.Level.ZONE,
}


class PlacesRefused(Refused):
    """The files of divisions and bodies contradict themselves; `facts["faults"]` lists every fault."""

    code = "places_refused"


@dataclass
class PlacesRead:
    """What the two files say, as unsaved rows."""

    divisions: dict[str, Division] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    # Key of a body that is gone → key of the one that goes on with its work.
    successors: dict[str, str] = field(default_factory=dict)
    # The division of a body is named apart from the row, because the row needs it to exist first.
    functions: dict[str, FunctionSlot] = field(default_factory=dict)
    # (function, item, division, first day) → (organisation key, row)
    routings: dict[tuple[str, str, str, date | None], tuple[str, Routing]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


Reader = Callable[[Mapping[str, Any], PlacesRead], None]


def read_places(folder: Path) -> PlacesRead:
    """Read both files. Raises PlacesRefused with every fault found."""
    read = PlacesRead()
    for node in _entries(_document(folder / "divisions.yaml", read), "divisions", read):
        _take(read, "divisions.yaml", node, _division)
    bodies = _document(folder / "organisations.yaml", read)
    for section, take in (("organisations", _organisation), ("functions", _function), ("routing", _routing)):
        for node in _entries(bodies, section, read):
            _take(read, "organisations.yaml", node, take)
    _check_references(read)
    if read.faults:
        raise PlacesRefused("区划和单位文件有错误：\n" + "\n".join(read.faults), faults=read.faults)
    return read


def _document(path: Path, read: PlacesRead) -> Mapping[str, Any]:
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        read.faults.append(f"{path.name}：没有这个文件，或者文件超过 {MAX_BYTES // 1_000_000} MB")
        return {}
    try:
        content = _parsed(path.read_bytes())
    except yaml.YAMLError as fault:
        read.faults.append(f"{path.name}：不是正确的 YAML（{fault}）")
        return {}
    return content if isinstance(content, dict) else {}


def _parsed(raw: bytes) -> object:
    """What the YAML holds. libyaml reads ten times as fast as Python, but builds by recursion; so depth is bounded first."""
    depth = 0
    for event in yaml.parse(raw, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"嵌套超过 {MAX_DEPTH} 层")
    return yaml.load(raw, Loader=yaml.CSafeLoader)


def _entries(content: Mapping[str, Any], section: str, read: PlacesRead) -> Iterable[Mapping[str, Any]]:
    nodes = content.get(section) or []
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        read.faults.append(f"{section}：应为列表，每项为键值")
        return []
    return nodes


def _take(read: PlacesRead, file: str, node: Mapping[str, Any], take: Reader) -> None:
    try:
        take(node, read)
    except KeyError as missing:
        read.faults.append(f"{file}：{dict(node)} 缺少 {missing}")
    except ValueError as fault:
        read.faults.append(f"{file}：{node.get('key') or node.get('code') or dict(node)}：{fault}")


def _division(node: Mapping[str, Any], read: PlacesRead) -> None:
    code = full_code(str(node["code"]))
    if str(node["level"]) not in LEVELS:
        message = f"不认识的级别 {node['level']}，可用：{'、'.join(LEVELS)}"
        raise ValueError(message)
    read.divisions[code] = Division(
        code=code,
        name=str(node["name"]),
        level=LEVELS[str(node["level"])],
        parent_id=_code(node.get("parent")),
        successor_id=_code(node.get("successor")),
        valid_from=_day(node.get("valid_from")),
        valid_to=_day(node.get("valid_to")),
        aliases=[str(alias) for alias in node.get("aliases") or []],
        is_administrative=bool(node.get("administrative", True)),
    )


def _organisation(node: Mapping[str, Any], read: PlacesRead) -> None:
    key = str(node["key"])
    read.organisations[key] = Organisation(
        key=key,
        name=str(node["name"]),
        short=str(node.get("short") or ""),
        division_id=full_code(str(node["division"])),
        kind=Organisation.Kind(str(node.get("kind") or "department")),
        provenance=Organisation.Provenance(str(node.get("provenance") or "invented")),
        valid_from=_day(node.get("valid_from")),
        valid_to=_day(node.get("valid_to")),
    )
    if node.get("successor"):
        read.successors[key] = str(node["successor"])


def _function(node: Mapping[str, Any], read: PlacesRead) -> None:
    key = str(node["key"])
    read.functions[key] = FunctionSlot(key=key, name=str(node["name"]))
    body = node.get("organisation")
    if not body:
        return
    # "organisation" of a function is short for a line of the routing table at that body's own division.
    if str(body) not in read.organisations:
        message = f"没有单位 {body}"
        raise ValueError(message)
    _routing({"function": key, "division": read.organisations[str(body)].division_id, "organisation": body}, read)


def _routing(node: Mapping[str, Any], read: PlacesRead) -> None:
    function, item = str(node.get("function") or ""), str(node.get("item") or "")
    if bool(function) == bool(item):
        message = "function 和 item 只能写一个，也必须写一个"
        raise ValueError(message)
    division, start = full_code(str(node["division"])), _day(node.get("valid_from"))
    row = Routing(
        function_id=function or None,
        item=item,
        division_id=division,
        valid_from=start,
        valid_to=_day(node.get("valid_to")),
    )
    read.routings[function, item, division, start] = (str(node["organisation"]), row)


def _check_references(read: PlacesRead) -> None:
    for division in read.divisions.values():
        for other in (division.parent_id, division.successor_id):
            if other and other not in read.divisions:
                read.faults.append(f"divisions.yaml：{division.code} 引用了没有的区划 {other}")
    for key, body in read.organisations.items():
        if body.division_id not in read.divisions:
            read.faults.append(f"organisations.yaml：单位 {key} 的区划 {body.division_id} 不在 divisions.yaml")
    for key, successor in read.successors.items():
        if successor not in read.organisations or successor == key:
            read.faults.append(f"organisations.yaml：单位 {key} 的承接单位 {successor} 不在文件里")
        elif read.organisations[key].valid_to is None:
            read.faults.append(f"organisations.yaml：单位 {key} 有承接单位，要写 valid_to")
    for (function, item, code, _start), (body_key, _row) in read.routings.items():
        if code not in read.divisions:
            read.faults.append(f"organisations.yaml：{function or item} 的区划 {code} 不在 divisions.yaml")
        if body_key not in read.organisations:
            read.faults.append(f"organisations.yaml：{function or item} 指向没有的单位 {body_key}")
        if function and function not in read.functions:
            read.faults.append(f"organisations.yaml：没有职能 {function}")


def _code(value: object) -> str | None:
    return full_code(str(value)) if value else None


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))
