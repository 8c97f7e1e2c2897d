"""Which items, on which route, in which order (I3, I5; design decisions 9–11).

An item left out counts as done for those that follow only if the applicant can hand over what it would have
produced; otherwise it is pulled in, and the plan says by whom. A paper that another chosen item produces is never
asked from the applicant, so its producer also comes first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onething.catalogue.conditions import evaluate
from onething.catalogue.edition_items import cite

Item = Mapping[str, Any]
Paper = tuple[str, str | None]
APPLICATION = ("name", "unit", "opens_after", "closes_after", "start_event", "source")
WAITING = ("name", "value", "unit", "start_event", "starts_at", "basis", "source")


@dataclass
class Selection:
    """The items of one plan and how they hang together.

    `before` names those an item follows; a pair in `loose` follows the other's acceptance or a signal of it, not its
    result. `producers` tells which item makes a paper that another asks for. `earlier` is `before` all the way back, and
    `finished` are those of it whose results are there when an item starts.
    """

    items: dict[str, Item]
    possible: list[Item]
    dropped: list[Item]
    situation: Mapping[str, Any]
    parties: Mapping[str, Mapping[str, Any]]
    pulled_in: dict[str, list[str]] = field(default_factory=dict)
    mandatory: dict[str, Any] = field(default_factory=dict)
    before: dict[str, set[str]] = field(default_factory=dict)
    producers: dict[tuple[str, Paper], str] = field(default_factory=dict)
    loose: set[tuple[str, str]] = field(default_factory=set)
    routes: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    stages: dict[str, int] = field(default_factory=dict)
    earlier: dict[str, set[str]] = field(default_factory=dict)
    finished: dict[str, set[str]] = field(default_factory=dict)

    def ordered(self) -> list[Item]:
        """Return the items by stage, then key: the order of the file plays no part."""
        return [self.items[key] for key in sorted(self.items, key=lambda key: (self.stages[key], key))]

    def limits(self, item: Item) -> Mapping[str, Any]:
        """Return the item's limits: those of its route where the route says something."""
        route = self.routes.get(item["key"])
        if route is None:
            limits: Mapping[str, Any] = item["limits"]
            return limits
        return {kind: route["limits"][kind] or item["limits"][kind] for kind in ("statutory", "promised")}

    def waiting_periods(self, item: Item) -> list[dict[str, Any]]:
        """Return the periods that must run out before the item is decided, in this situation."""
        return self._holding(item, "waiting_periods", WAITING)

    def described(self) -> list[dict[str, Any]]:
        """Return the items as the plan shows them."""
        return [self._describe(item) for item in self.ordered()]

    def left_out(self) -> list[dict[str, Any]]:
        """Return what the applicant does not take, and what is lost by it (R2.6.b/2)."""
        return [
            {"key": item["key"], "name": item["name"], "loses": [r["name"] for r in item["results"]]}
            for item in self.dropped
        ]

    def _describe(self, item: Item) -> dict[str, Any]:
        key = item["key"]
        route = self.routes.get(key)
        limits = self.limits(item)
        return {
            "key": key, "id": item["id"], "name": item["name"], "department": item["department"],
            "function": item["function"], "body": item["body"], "kind": item["kind"], "stage": self.stages[key],
            "after": sorted(self.before[key]), "trigger": item["trigger"], "starts_on": item["starts_on"],
            "starts_with": sorted(other for other in self.before[key] if (key, other) in self.loose),
            "counts_towards_promise": item["counts"], "route": route and route["key"],
            "route_name": route and route["name"], "instance": None, "per": item["per"],
            "instances": self.parties[item["per"]]["instances"] if item["per"] in self.parties else [],
            "selection": "mandatory" if key in self.mandatory else "dependent" if key in self.pulled_in else "free",
            "together_basis": self.mandatory.get(key), "pulled_in_by": sorted(self.pulled_in.get(key, [])),
            "optional": item["optional"], "basis": [{**b, "cited": cite(b)} for b in item["basis"]],
            "conditions": item["conditions"], "limit": effective_limit(limits, self.waiting_periods(item)), "statutory": limits["statutory"],
            "promised": limits["promised"], "commitment": bool(route["commitment"] if route else item["commitment"]),
            "steps": self._steps(item, route), "deadlines": item["deadlines"],
            "application_periods": self._holding(item, "application_periods", APPLICATION),
            "waiting_periods": self.waiting_periods(item),
            "jurisdiction": item["jurisdiction"],
            "results": [
                {
                    "key": r["key"], "name": r["name"], "kind": r["kind"], "electronic": r["electronic"],
                    "delivery": r["delivery"], "validity": r["validity"], "elements": r["elements"],
                }
                for r in item["results"] if evaluate(r["when"], self.situation) is not False
            ],
            "unverified": item["unsourced"], **self._on_decision(item),
        }  # fmt: skip

    def _on_decision(self, item: Item) -> dict[str, Any]:
        """Return what the file says about deciding: a second person, what a refusal before means, joint handling. Mostly nothing."""
        rules = {
            edge["item"]: edge["if_refused"]
            for edge in item["after"] if "if_refused" in edge and edge["item"] in self.before[item["key"]]
        }  # fmt: skip
        second = item.get("second_person")
        joint = {"joint_handling": item["joint_handling"]} if "joint_handling" in item else {}
        return ({"second_person": second} if second else {}) | ({"if_refused": rules} if rules else {}) | joint

    def _holding(self, item: Item, kind: str, shown: Sequence[str]) -> list[dict[str, Any]]:
        """Return the periods of one kind as the plan shows them. Editions older than the two kinds have neither."""
        return [
            {key: one[key] for key in shown}
            for one in item.get(kind, ()) if evaluate(one["when"], self.situation) is not False
        ]  # fmt: skip

    def _steps(self, item: Item, route: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        steps = [dict(step) for step in (route["steps"] if route else [])]
        steps += [
            {
                "name": p["name"], "working_days": p["working_days"], "kind": "inspection" if p["joint"] else "other",
                "after_decision": False, "stops_clock": p["stops_clock"], "basis": p["basis"],
            }
            for p in item["procedures"] if not route and evaluate(p["when"], self.situation) is not False
        ]  # fmt: skip
        return steps


def effective_limit(limits: Mapping[str, Any], waiting: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the limit that counts: promised, else statutory, else the wait that comes before any decision, else none.

    Design decision 4; of several waits the one of the most days.
    """
    for kind in ("promised", "statutory"):
        if limits[kind] is not None:
            return {**limits[kind], "kind": kind}
    if waiting:
        longest = max(waiting, key=lambda one: int(one["value"]))
        return {**{key: longest[key] for key in ("value", "unit", "basis", "source")}, "kind": "waiting"}
    return {"value": None, "unit": None, "basis": None, "source": None, "kind": "none"}


def select_items(
    document: Mapping[str, Any],
    situation: Mapping[str, Any],
    chosen: Sequence[str] | None,
    parties: Mapping[str, Mapping[str, Any]],
) -> Selection:
    """Decide items, pull in what the chosen ones need, pick routes and order everything."""
    truth = {item["key"]: _applies(item, situation, parties) for item in document["items"]}
    by_key = {item["key"]: item for item in document["items"]}
    active = {key: by_key[key] for key in sorted(by_key) if truth[key] is True}
    wanted = set(active) if chosen is None else set(chosen) & set(active)
    selection = Selection(
        items={}, possible=[i for i in document["items"] if truth[i["key"]] is None], dropped=[],
        situation=situation, parties=parties,
    )  # fmt: skip
    _pull_in(document, selection, active, wanted)
    selection.items = {key: active[key] for key in sorted(wanted)}
    selection.dropped = [item for key, item in active.items() if key not in wanted]
    for key, item in selection.items.items():
        selection.routes[key] = next((r for r in item["routes"] if evaluate(r["when"], situation) is True), None)
    _order(selection, active)
    return selection


def _applies(item: Item, situation: Mapping[str, Any], parties: Mapping[str, Mapping[str, Any]]) -> bool | None:
    """True, False or open. What runs for a party is there if the party is, and open as long as that is."""
    truths = [evaluate(item["when"], situation)]
    if item["per"] in parties:
        truths.append(parties[item["per"]]["present"])
    return False if False in truths else None if None in truths else True


def _pull_in(document: Mapping[str, Any], selection: Selection, active: Mapping[str, Item], wanted: set[str]) -> None:
    """Add what law couples and what must have happened first, until nothing more is missing."""
    pending = sorted(wanted)
    while pending:
        item = active[pending.pop(0)]
        for group in document["together"]:
            if item["key"] in group["items"]:
                members = [key for key in group["items"] if key in active]
                if len(members) > 1:
                    selection.mandatory.update(dict.fromkeys(members, group["basis"]))
                    pending += _add(members, item["key"], wanted, selection)
        missing = [
            edge["item"] for edge in item["after"]
            if edge["item"] in active and edge["item"] not in wanted
            and not _output_at_hand(item, active[edge["item"]], selection.situation, selection.parties)
        ]  # fmt: skip
        pending += _add(missing, item["key"], wanted, selection)


def _add(keys: list[str], asker: str, wanted: set[str], selection: Selection) -> list[str]:
    added = [key for key in keys if key not in wanted]
    for key in keys:
        if (key in added or key in selection.pulled_in) and key != asker:
            selection.pulled_in.setdefault(key, []).append(asker)
    wanted.update(added)
    return added


def made_by(item: Item, situation: Mapping[str, Any]) -> tuple[set[Paper], list[Mapping[str, str]]]:
    """Return the papers and the data that an item makes in this situation: by its results and by what else it says.

    A paper is a document type and the party it is about; None when it does not say whose it is.
    """
    results = [result for result in item["results"] if evaluate(result["when"], situation) is not False]
    papers = {(result["key"], result["party"]) for result in results} | {
        (k, None) for k in item["produces"]["documents"]
    }
    return papers, [*item["produces"]["elements"], *(datum for result in results for datum in result["elements"])]


def _output_at_hand(
    item: Item, predecessor: Item, situation: Mapping[str, Any], parties: Mapping[str, Mapping[str, Any]]
) -> bool:
    """True when the item asks for a paper that the predecessor makes: then the applicant can bring it instead."""
    made, _ = made_by(predecessor, situation)
    return any(is_made(paper, made, parties) for paper, _ in _wanted(item, situation))


def _wanted(item: Item, situation: Mapping[str, Any]) -> list[tuple[Paper, bool]]:
    """Return the papers an item asks for, and whether it waits for them: what may follow later (容缺) does not hold it up."""
    asked = [m for m in item["materials"] if evaluate(m["when"], situation) is True]
    papers = [((m["key"], m["party"]), m["necessity"] == "必要") for m in asked]
    return [*papers, *(((key, None), True) for key in item["needs"])]


def is_made(paper: Paper, made: Collection[Paper], parties: Mapping[str, Mapping[str, Any]]) -> bool:
    """True when one of the made papers is this one: same type, and not plainly somebody else's."""
    key, party = paper
    return any(
        other == key and (party is None or whose is None or resolve(whose, parties) == resolve(party, parties))
        for other, whose in made
    )


def resolve(party: str, parties: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the party whose data this party's are: itself, or the one it is the same as in this situation."""
    seen = [party]
    while (known := parties.get(party)) is not None and known["same"] is not None:
        party = known["same"]
        if party in seen:  # an unpublished file may say so in a ring; then all of them are one
            return min(seen[seen.index(party) :])
        seen.append(party)
    return party


def _order(selection: Selection, active: Mapping[str, Item]) -> None:
    """Order everything that applies, then close up around what was left out: the rest keeps its order (I3)."""
    before = {key: {e["item"] for e in item["after"] if e["item"] in active} for key, item in active.items()}
    _break_rings(before)
    selection.loose = {
        (key, edge["item"]) for key, item in active.items() for edge in item["after"] if edge["needs"] != "result"
    }
    makers = {key: made_by(item, selection.situation)[0] for key, item in active.items()}
    for key, item in active.items():
        for paper, waits in _wanted(item, selection.situation):
            for maker in [
                one for one, made in makers.items() if one != key and is_made(paper, made, selection.parties)
            ]:
                if not _reaches(before, maker, key):
                    if waits:
                        before[key].add(maker)
                        selection.loose.discard((key, maker))
                    if maker in selection.items:
                        selection.producers.setdefault((key, paper), maker)
    for key in active:
        if key not in selection.items:
            before = _without(before, key, selection.loose)
    selection.before = before
    selection.stages = _levels(before)
    selection.earlier = _back(selection, frozenset())
    selection.finished = _back(selection, selection.loose)


def _without(before: Mapping[str, set[str]], gone: str, loose: set[tuple[str, str]]) -> dict[str, set[str]]:
    """Take one item out; those behind it now follow those before it, in the way in which it did: result or start."""
    result = {key: set(others) for key, others in before.items() if key != gone}
    for key, others in result.items():
        if gone not in others:
            continue
        others.discard(gone)
        for other in before[gone]:
            started_only = (gone, other) in loose and (other not in others or (key, other) in loose)
            (loose.add if started_only else loose.discard)((key, other))
            others.add(other)
    return result


def _reaches(before: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """True when `goal` lies somewhere before `start`."""
    pending, seen = [start], set[str]()
    while pending:
        key = pending.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            pending += before[key]
    return False


def _on_ring(before: Mapping[str, set[str]], key: str) -> bool:
    return any(_reaches(before, other, key) for other in before[key])


def _break_rings(before: dict[str, set[str]]) -> None:
    """An unpublished file may hold a ring of waiting items; dropping its last edge keeps the plan from deadlock (I5)."""
    done: set[str] = set()
    while len(done) < len(before):
        free = sorted(key for key in before if key not in done and before[key] <= done)
        if not free:
            stuck = min(key for key in before if key not in done and _on_ring(before, key))
            before[stuck] = {key for key in before[stuck] if key in done}
            free = [stuck]
        done.update(free)


def _levels(before: Mapping[str, set[str]]) -> dict[str, int]:
    levels: dict[str, int] = {}
    while len(levels) < len(before):
        for key in sorted(before):
            if key not in levels and all(other in levels for other in before[key]):
                levels[key] = 1 + max((levels[other] for other in before[key]), default=0)
    return levels


def _back(selection: Selection, but: Collection[tuple[str, str]]) -> dict[str, set[str]]:
    """Return for each item those it follows, all the way back; the last step is none of `but`.

    With the loose pairs that leaves those whose results are there: to start after another has been taken up says
    nothing of the other's result, but all that the other itself had to wait for is there.
    """
    result: dict[str, set[str]] = {}
    for key in sorted(selection.before, key=selection.stages.__getitem__):
        others = selection.before[key]
        result[key] = {other for other in others if (key, other) not in but}
        result[key] = result[key].union(*(result[other] for other in others))
    return result
