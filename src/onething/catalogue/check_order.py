"""Order: items that wait for one another in a ring, in some situation in which all of them are there (I5). All errors."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from onething.catalogue.conditions import Condition, conjunction

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection

NECESSARY = "必要"

Item = Mapping[str, Any]
# For each item those it waits for, and when it does.
Edges = dict[str, list[tuple[str, Condition]]]


def run(inspection: "Inspection") -> None:
    """Report rings of items, and needs that nobody meets."""
    items = inspection.items
    for key, item in items.items():
        listed = {material["key"] for material in item["materials"]}
        for paper in item["needs"]:
            if paper not in listed and not any(_makes(maker, paper, None) for maker in items.values()):
                inspection.error(
                    f"items.{key}.needs", "nobody-makes", f"需要“{paper}”，没有事项产生，也没有列为材料",
                    "列为材料，或改正类型",
                )  # fmt: skip
    after: Edges = {
        key: [(edge["item"], True) for edge in item["after"]] + list(_needs(item, items)) for key, item in items.items()
    }
    for ring in _rings(inspection, after):
        inspection.error(
            f"items.{ring[0]}.after", "cycle", f"互相等待：{' → '.join(ring)}", "去掉其中一条 after，或让 when 互斥"
        )
    papers: Edges = {key: [*_needs(item, items), *_papers(item, items)] for key, item in items.items()}
    only_needs: Edges = {key: list(_needs(item, items)) for key, item in items.items()}
    known = list(_rings(inspection, only_needs))
    for ring in _rings(inspection, papers):
        if ring not in known:
            inspection.error(
                f"items.{ring[0]}.materials", "mutual-papers", f"互相要对方才产生的材料：{' → '.join(ring)}",
                "去掉其中一份材料，或写成容缺，或让 when 互斥",
            )  # fmt: skip


def _needs(item: Item, items: Mapping[str, Item]) -> Iterator[tuple[str, Condition]]:
    for paper in item["needs"]:
        for key, maker in items.items():
            yield from ((key, when) for when in _makes(maker, paper, None))


def _papers(item: Item, items: Mapping[str, Item]) -> Iterator[tuple[str, Condition]]:
    """The papers that hold an item up: not what may follow, nor one of several of which any will do."""
    for material in item["materials"]:
        if material["necessity"] == NECESSARY and not material["any_of"]:
            for key, maker in items.items():
                for when in _makes(maker, material["key"], material["party"]) if maker is not item else ():
                    yield key, conjunction(material["when"], when)


def _makes(maker: Item, paper: str, party: str | None) -> list[Condition]:
    """When an item makes a paper that is not plainly somebody else's."""
    made: list[Condition] = [True for key in maker["produces"]["documents"] if key == paper]
    return made + [
        result["when"]
        for result in maker["results"]
        if result["key"] == paper and (party is None or result["party"] in (None, party))
    ]


def _rings(inspection: "Inspection", edges: Edges) -> Iterator[list[str]]:
    """One ring for each item that is the first, by its key, of any ring that some situation closes."""
    before = {key: {other for other, _ in following} for key, following in edges.items()}
    for start in sorted(edges):
        circle = _around(before, start)
        if start in circle:
            ring = _ring(inspection, edges, [start], inspection.items[start]["when"], circle)
            if ring is not None:
                yield ring


def _around(before: Mapping[str, set[str]], start: str) -> set[str]:
    """The items on rings through the first, none of them earlier by its key."""
    forth = _reached(lambda key: before.get(key, set()), start)
    back = _reached(lambda key: {other for other, those in before.items() if key in those}, start)
    return {key for key in forth & back if key >= start}


def _reached(following: Callable[[str], set[str]], start: str) -> set[str]:
    pending, seen = list(following(start)), set[str]()
    while pending:
        key = pending.pop()
        if key not in seen:
            seen.add(key)
            pending += following(key)
    return seen


def _ring(
    inspection: "Inspection", edges: Edges, path: list[str], when: Condition, circle: set[str]
) -> list[str] | None:
    """The first ring back to where the path began that can be closed with everything on it in one situation."""
    for other, edge in edges[path[-1]]:
        if other not in circle or other in path[1:]:
            continue
        whole = conjunction(when, edge, True if other == path[0] else inspection.items[other]["when"])
        if not inspection.possible(whole, f"items.{other}.after"):
            continue
        if other == path[0]:
            return [*path, other]
        ring = _ring(inspection, edges, [*path, other], whole, circle)
        if ring is not None:
            return ring
    return None
