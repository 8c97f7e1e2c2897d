"""Structure: order, reach, effect, contradictions. Everything here is an error."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

from onething.catalogue.analysis import TooTangled
from onething.catalogue.conditions import conjunction, disjunction, negation, questions_of
from onething.catalogue.limits import longer

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection

MIN_ITEMS = 2
MIN_BODIES = 2


def run(inspection: "Inspection") -> None:
    """Report every fault of structure of one one-thing."""
    _bundle(inspection)
    _questions_in_order(inspection)
    _dead_parts(inspection)
    _idle_questions(inspection)
    _situations(inspection)
    _limits(inspection)
    _joint(inspection)


def _bundle(inspection: "Inspection") -> None:
    """R0.a/3: one thing joins at least two items of at least two bodies."""
    items = inspection.document["items"]
    bodies = {item["function"] for item in items}
    if len(items) < MIN_ITEMS:
        inspection.error("items", "too-few-items", f"只有 {len(items)} 个事项", "一件事至少联办两个事项")
    elif len(bodies) < MIN_BODIES:
        inspection.error("items", "too-few-bodies", "所有事项归同一个部门", "一件事至少联办两个部门的事项")


def _questions_in_order(inspection: "Inspection") -> None:
    """A question may depend only on questions asked before it; otherwise nobody could be asked anything."""
    seen: set[str] = set()
    for question in inspection.document["questions"]:
        later = sorted(questions_of(question["when"]) - seen)
        if later:
            inspection.error(
                f"scenarios.{question['key']}", "asked-too-early",
                f"是否要问取决于后面才问的{'、'.join(later)}", "把它移到这些问题后面",
            )  # fmt: skip
        seen.add(question["key"])


PARTS = {
    "routes": ("dead-route", "办理路径"),
    "materials": ("dead-material", "材料"),
    "fields": ("dead-field", "表项"),
    "fees": ("dead-fee", "收费"),
    "results": ("dead-result", "结果"),
    "procedures": ("dead-procedure", "特别程序"),
    "application_periods": ("dead-period", "申请期限"),
    "waiting_periods": ("dead-period", "等待期"),
}


def _dead_parts(inspection: "Inspection") -> None:
    admitted = conjunction(*[gate["when"] for gate in inspection.document["gate"]])
    for gate in inspection.document["gate"]:
        at = f"gate.{gate['key']}"
        if not inspection.possible(negation(gate["when"]), at):
            inspection.error(at, "idle-gate", "没有一种情形会被它挡住", "改 when，或删掉这个条件")
    for question in inspection.document["questions"]:
        at = f"scenarios.{question['key']}"
        if not inspection.possible(question["when"], at):
            inspection.error(at, "dead-question", "没有一种情形会问到它", "改 when，或删掉这个问题")
    for party in inspection.document["parties"]:
        at = f"parties.{party['key']}"
        if not inspection.possible(party["when"], at):
            inspection.error(at, "dead-party", "没有一种情形用到这个当事人", "改 when，或删掉")
    for item in inspection.document["items"]:
        at = f"items.{item['key']}"
        led_to = any(item["key"] in gate["leads_to"] for gate in inspection.document["gate"])
        if not inspection.possible(item["when"] if led_to else conjunction(admitted, item["when"]), at):
            inspection.error(at, "dead-item", "没有一种情形会办到它", "改 when，或删掉这个事项")
            continue
        entry = True if led_to else admitted
        for kind, (code, label) in PARTS.items():
            for part in item[kind]:
                party = inspection.parties.get(part.get("party") or "", {})
                place = f"{at}.{kind}.{part['key'] if kind == 'fields' else part.get('name') or part.get('text') or ''}"
                whole = conjunction(entry, item["when"], part["when"], party.get("when", True))
                if whole is not True and not inspection.possible(whole, place):
                    inspection.error(
                        place, code, f"没有一种情形用到这个{label}", "它的 when 和事项的 when 矛盾，改其中一个"
                    )


def _idle_questions(inspection: "Inspection") -> None:
    """A question nobody uses must not be asked; one that is named but changes nothing is just as idle."""
    used = {party["count"] for party in inspection.document["parties"]}
    conditions = list(inspection.conditions())
    asked = {(field["party"], field["element"]) for item in inspection.document["items"] for field in item["fields"]}
    for question in inspection.document["questions"]:
        key = question["key"]
        at = f"scenarios.{key}"
        if key in used or any((fill["party"], fill["element"]) in asked for fill in question["fills"]):
            continue
        naming = [condition for _, condition in conditions if key in questions_of(condition)]
        try:
            effective = any(inspection.analysis.matters(key, condition) for condition in naming)
        except TooTangled:
            effective = True  # reported where the condition itself is examined
        if not effective:
            reason = "没有任何事项、材料或表项用到它" if not naming else "怎么回答结果都一样"
            inspection.error(at, "idle-question", reason, "删掉这个问题，或写明它影响什么")


def _situations(inspection: "Inspection") -> None:
    """Every situation that may use the bundle must lead to a plan (R2.0.a/2)."""
    document = inspection.document
    admitted = conjunction(*[gate["when"] for gate in document["gate"]])
    if not inspection.possible(admitted, "gate"):
        inspection.error("gate", "nobody-admitted", "没有一种情形能进入这件事", "准入条件互相矛盾，改其中一条")
        return
    some = disjunction([item["when"] for item in document["items"]]) if document["items"] else True
    found = inspection.situation(conjunction(admitted, negation(some)), "items")
    if found is not None:
        inspection.error(
            "items", "nothing-to-do", f"这种情形一个事项也没有：{_tell(found)}", "加上事项，或用 gate 说明去向"
        )
    for choice in document["choose_one"]:
        at = f"choose_one.{choice['key']}"
        if len(choice["items"]) < MIN_ITEMS:
            inspection.error(at, "too-few-items", "只列了一个事项，无从选择", "列出至少两个，或去掉")
        whens = {key: inspection.items[key]["when"] for key in choice["items"]}
        for one, other in combinations(choice["items"], 2):
            found = inspection.situation(conjunction(admitted, whens[one], whens[other]), at)
            if found is not None:
                inspection.error(
                    at, "both-chosen", f"只能选一个的{one}和{other}会同时出现：{_tell(found)}", "让两者的 when 互相排斥"
                )  # fmt: skip
        if choice["required"]:
            found = inspection.situation(conjunction(admitted, negation(disjunction([*whens.values()]))), at)
            if found is not None:
                inspection.error(at, "none-chosen", f"必须选一个，这种情形却一个也没有：{_tell(found)}", "补上这种情形")
    for item in document["items"]:
        _routes(inspection, item, admitted)


def _routes(inspection: "Inspection", item: dict[str, Any], admitted: Any) -> None:
    if not item["routes"]:
        return
    at = f"items.{item['key']}.routes"
    whens = [route["when"] for route in item["routes"]]
    found = inspection.situation(conjunction(admitted, item["when"], negation(disjunction(whens))), at)
    if found is not None:
        inspection.error(at, "no-route", f"这种情形没有可走的办理路径：{_tell(found)}", "补一条路径，或放宽 when")
    for one, other in combinations(item["routes"], 2):
        found = inspection.situation(conjunction(admitted, item["when"], one["when"], other["when"]), at)
        if found is not None:
            inspection.error(
                at,
                "two-routes",
                f"两条路径同时成立（{one['name']}、{other['name']}）：{_tell(found)}",
                "让路径的 when 互相排斥",
            )


def _tell(situation: dict[str, Any]) -> str:
    parts = [f"{k}={'+'.join(v) if isinstance(v, list) else v}" for k, v in situation.items()]
    return "，".join(parts) or "任何情形"


def _limits(inspection: "Inspection") -> None:
    for item in inspection.document["items"]:
        at = f"items.{item['key']}"
        law = item["limits"]["statutory"]
        for place, limits in [(at, item["limits"])] + [
            (f"{at}.routes.{r['key']}", r["limits"]) for r in item["routes"]
        ]:
            promised, statutory = limits["promised"] or item["limits"]["promised"], limits["statutory"] or law
            if promised and statutory and longer(promised, statutory):
                inspection.error(
                    place, "promise-over-law",
                    f"承诺{promised['value']}（{promised['unit']}），超过法定{statutory['value']}（{statutory['unit']}）",
                    "承诺时限不得长于法定时限",
                )  # fmt: skip


def _joint(inspection: "Inspection") -> None:
    """A joint act brings several bodies to one place once; otherwise it is none (R2.8.d/1, R2.8.d/4)."""
    seen: set[str] = set()
    for index, act in enumerate(inspection.document["joint"]):
        at = f"joint.{index}"
        bodies = {inspection.items[key]["function"] for key in act["items"]}
        if len(bodies) < MIN_BODIES:
            inspection.error(at, "too-few-bodies", "联合办理的事项归同一个部门", "列出至少两个部门的事项，或去掉")
        if act["kind"] in seen:
            inspection.error(at, "double-joint", f"“{act['kind']}”出现了两次", "同一种联合办理只做一次，合成一条")
        seen.add(act["kind"])
        if (act["valid_with"] == "quorum") != (act["quorum"] is not None) or not 0 < (act["quorum"] or 1) <= len(
            bodies
        ):
            inspection.error(
                f"{at}.quorum", "wrong-quorum", "到场几家算数（quorum）没有写，或者多于参加的部门",
                "valid_with: quorum 时写 1 到参加部门数之间的数；all 时不写",
            )  # fmt: skip
        if not act["minutes"]:
            inspection.error(f"{at}.minutes", "wrong-range", "一次要多久（minutes）写成了 0", "写分钟数")
