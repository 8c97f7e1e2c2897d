"""Facts: what lacks a basis, a source or a figure, and what rests on a norm that no longer holds.

Missing facts are `unverified`: they are shown and block only official publishing; nobody fills a gap with an invented
law. A repealed norm is an error (R2.5.d/2).
"""

from typing import TYPE_CHECKING, Any

from onething.catalogue.check_examples import PLAIN_CALENDAR
from onething.catalogue.edition_items import NO_BASIS, cite
from onething.catalogue.findings import Finding, Findings
from onething.catalogue.limits import JOINT_LIMIT, JOINT_WORDS, JointHandling, longer
from onething.catalogue.loader import Catalogue
from onething.catalogue.plan import BadAnswers, make_plan

if TYPE_CHECKING:
    from onething.catalogue.check import Inspection


def run(inspection: "Inspection") -> None:
    """Report every fact of one one-thing that is missing, unsourced or out of force."""
    for index, group in enumerate(inspection.document["together"]):
        for title, day in group["repealed"].items():
            if day <= inspection.on.isoformat():
                inspection.error(
                    f"together.{index}", "repealed", f"《{title}》已于 {day} 失效", "没有现行依据就不能要求一起办"
                )
    for index, act in enumerate(inspection.document["joint"]):
        for title, day in act["repealed"].items():
            if day <= inspection.on.isoformat():
                inspection.error(f"joint.{index}", "repealed", f"《{title}》已于 {day} 失效", "换成现行依据")
        if act["basis"] is None and act["source"] is None:
            inspection.unverified(
                f"joint.{index}", "no-source", "联合办理没有依据也没有来源，是本市自己定的", "有规定的，写上依据或来源"
            )
    _sources(inspection)
    for item in inspection.document["items"]:
        at = f"items.{item['key']}"
        _bases(inspection, item, at)
        _second_person(inspection, item, at)
        _joint_handling(inspection, item, at)
        _after_a_refusal(inspection, item, at)
        _elements(inspection, item, at)
        _fees(inspection, item, at)
        _limits(inspection, item, at)
        _parts(inspection, item, at)
    _target(inspection)
    if inspection.document["target_working_days"] is None:
        inspection.unverified("promised_working_days", "no-target", "没有公布总时限", "有公布的数字就写上并注明来源")


def _target(inspection: "Inspection") -> None:
    """A published total that the items' own limits cannot keep is kept as a target, and said (design 2.2)."""
    target, document = inspection.document["target_working_days"], inspection.document
    if target is None:
        return
    if document["target_source"] is None:
        inspection.unverified(
            "promised_working_days", "unsourced-target", "公布的总时限没有写是哪里公布的",
            "写上 promised_source：出处在 sources 里的编号",
        )  # fmt: skip
    for number, example in enumerate(document["examples"]):
        try:
            plan = make_plan(
                document, place="000000", answers=example["answers"], on=inspection.on, calendar=PLAIN_CALENDAR
            )
        except (BadAnswers, AttributeError):
            continue  # said where the examples themselves are judged
        days = plan["promise"]["working_days"]
        if days is not None and days > target:
            inspection.unverified(
                f"examples[{number}]", "target-unreached",
                f"公布的总时限是 {target} 个工作日，这种情形按各事项的时限要 {days} 个工作日",
                "由牵头部门核对：缩短事项的承诺时限，或改正总时限",
            )  # fmt: skip


def _sources(inspection: "Inspection") -> None:
    for key, source in (inspection.document["sources"] or {}).items():
        if not isinstance(source, dict) or not str(source.get("url", "")).startswith("http"):
            inspection.unverified(f"sources.{key}", "no-address", "来源没有网址", "补上可查的网址或文号")


def _second_person(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    """Nobody's decision waits for a colleague without a rule that says so."""
    second = item.get("second_person")
    if second is None:
        return
    if not second["basis"]:
        inspection.error(
            f"{at}.second_person", "no-basis", f"“{item['name']}”要两人决定，没有写依据", "写上 basis，或去掉这一条"
        )
    elif not second["source"]:
        inspection.unverified(f"{at}.second_person", "unsourced-basis", "两人决定的依据没有来源", "写上 source")


def _joint_handling(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    """More time than other licences have, only where the government of a place has set joint handling (行政许可法 art. 26, 42(2))."""
    joint = item.get("joint_handling")
    if joint is None:
        return
    at = f"{at}.joint_handling"
    if joint["mode"] not in set(JointHandling):
        modes = "、".join(f"{mode}（{words}）" for mode, words in JOINT_WORDS.items())
        inspection.error(at, "unknown-mode", f"“{joint['mode']}”不是办理方式", f"mode 写 {modes} 之一")
    if item["kind"] != "行政许可":
        inspection.error(at, "no-licence", f"“{item['name']}”不是行政许可，45日的期限用不上", "去掉这一条")
    if not joint["basis"]:
        inspection.error(at, "no-basis", "没有写本级政府确定这样办理的依据", "写上 basis，或去掉这一条")
    elif not joint["source"]:
        inspection.unverified(at, "unsourced-basis", "统一（联合、集中）办理的依据没有来源", "写上 source")
    for limits in (item["limits"], *(route["limits"] for route in item["routes"])):
        if limits["statutory"] is not None and longer(limits["statutory"], JOINT_LIMIT):
            inspection.error(
                at, "joint-over-law", "法定时限超过45个工作日（行政许可法第四十二条第二款）", "改正法定时限"
            )


def _after_a_refusal(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    """What needs a paper of the refused item cannot go on without it."""
    others = {one["key"]: one for one in inspection.document["items"]}
    needed = {one["key"] for one in item["materials"] if one["necessity"] == "必要"} | set(item["needs"])
    for edge in item["after"]:
        made = {one["key"] for one in others[edge["item"]]["results"]} if edge["item"] in others else set()
        if edge.get("if_refused") in {"go_on", "ask"} and made & needed:
            inspection.error(
                f"{at}.after", "goes-on-without",
                f"“{item['name']}”要用“{others[edge['item']]['name']}”的结果，前一项不予许可时办不下去", "改成 end 或 wait",
            )  # fmt: skip


def _bases(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    if not item["basis"]:
        inspection.unverified(
            f"{at}.legal_basis", "no-basis", f"“{item['name']}”没有设定依据", "由牵头部门的法制机构补上"
        )
    for basis in item["basis"]:
        if basis["valid_to"] and basis["valid_to"] <= inspection.on.isoformat():
            inspection.error(
                f"{at}.legal_basis",
                "repealed",
                f"{cite(basis)}已于 {basis['valid_to']} 失效",
                "换成现行依据，或停办这一项",
            )
        elif basis["valid_from"] and basis["valid_from"] > inspection.on.isoformat():
            inspection.error(
                f"{at}.legal_basis", "not-in-force", f"{cite(basis)}到 {basis['valid_from']} 才施行", "施行后再引用"
            )
        elif not basis["verified"]:
            inspection.unverified(f"{at}.legal_basis", "unsourced-basis", f"{cite(basis)}没有来源", "写上 source")
    if item["basis"] and all(basis["kind"] == "normative" for basis in item["basis"]):
        inspection.unverified(
            f"{at}.legal_basis",
            "notice-only",
            "只有规范性文件，没有法律、法规或规章",
            "补上上位法；规范性文件不能单独作依据",
        )


def _elements(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    """R2.3.a/2: the six elements of every item."""
    if not item["conditions"]:
        inspection.unverified(f"{at}.conditions", "no-conditions", "没有受理条件", "写上，没有特别条件就写“无”")
    if not item["fees"]:
        inspection.unverified(f"{at}.fee", "no-fee", "没有写收费标准", "不收费也要写：amount: 0")
    if not any(item["limits"].values()) and not any(r for r in item["routes"] if any(r["limits"].values())):
        inspection.unverified(
            f"{at}.limits", "no-limit", "没有公布办理时限", "写上法定或承诺时限；没有就留着，计划里会说明"
        )
    if not item["results"]:
        inspection.unverified(f"{at}.result", "no-result", "没有写办理结果", "写上结果名称")
    if item["function"] is None:
        inspection.unverified(f"{at}.department", "no-department", "没有写由谁办理", "写上 department")
    elif item["function"] not in inspection.document["functions"]:
        inspection.unverified(
            f"{at}.department",
            "unknown-department",
            f"“{item['department']}”没有对应的职能",
            "在 organisations.yaml 的 words 里补上",
        )
    for name in item["unsourced"]:
        inspection.unverified(f"{at}.{name}", "unsourced", f"“{name}”没有来源", "找到来源后从 unsourced 里去掉")


def _fees(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    for fee in item["fees"]:
        for title, day in fee["repealed"].items():
            if day <= inspection.on.isoformat():
                inspection.error(
                    f"{at}.fee", "repealed", f"收费依据《{title}》已于 {day} 失效", "换成现行依据，或不再收"
                )


def _limits(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    """Limits of the item and of its routes, and what may prolong them."""
    places = [(at, item["limits"])] + [(f"{at}.routes.{route['key']}", route["limits"]) for route in item["routes"]]
    cited = [
        (f"{place}.limits.{kind}", "时限", limit)
        for place, limits in places
        for kind, limit in limits.items()
        if limit is not None
    ] + [(f"{at}.special_procedures.{one['name']}", f"“{one['name']}”", one) for one in item["procedures"]]
    cited += [(f"{at}.waiting_periods.{one['name']}", f"“{one['name']}”", one) for one in item["waiting_periods"]]
    for place, what, part in cited:
        for title, day in part["repealed"].items():
            if day <= inspection.on.isoformat():
                inspection.error(place, "repealed", f"{what}的依据《{title}》已于 {day} 失效", "换成现行依据，或去掉")


def _parts(inspection: "Inspection", item: dict[str, Any], at: str) -> None:
    for material in item["materials"]:
        for title, day in material["repealed"].items():
            if day <= inspection.on.isoformat():
                inspection.error(
                    f"{at}.materials.{material['name']}",
                    "repealed",
                    f"《{title}》已于 {day} 失效",
                    "换成现行依据，或不再要求提供",
                )
        if material["basis"] == [NO_BASIS]:
            inspection.unverified(
                f"{at}.materials.{material['name']}",
                "no-basis",
                f"要“{material['name']}”没有依据",
                "补上依据，或不再要求提供",
            )
    for field in item["fields"]:
        known = inspection.document["elements"].get(field["element"], {})
        if field["type"] == "choice" and not field["options"] and not known.get("code_list"):
            inspection.unverified(
                f"{at}.fields.{field['key']}",
                "no-options",
                f"“{field['label']}”是选择题，没有选项",
                "写上选项或代码表；眼下按文字填写",
            )


def across(catalogue: Catalogue) -> list[Finding]:
    """Report what only shows when all one-things are seen together: one item id with two names."""
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    rows: list[Finding] = []
    for key in sorted(catalogue.things):
        findings = Findings(catalogue.files[key])
        for item in catalogue.things[key].document["items"]:
            thing, other = first.setdefault(item["id"], (key, item))
            if other is not item and other["function"] != item["function"]:
                findings.error(
                    f"items.{item['key']}", "contradicting-rule",
                    f"“{item['id']}”在 {thing} 里由 {other['department']} 办，在这里由 {item['department']} 办",
                    "同一事项归同一职能；不是同一事项就换 id",
                )  # fmt: skip
        rows += findings.rows
    return rows
