"""`onething plan KEY-or-FILE --answers answers.json`: what one situation needs, as JSON or as readable lines."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from onething.catalogue.loader import SHIPPED, Catalogue, load, words_for
from onething.catalogue.plan import BadAnswers, make_plan
from onething.catalogue.yaml_reader import read_file
from onething.kit.workdays import load_calendar

USAGE = 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("plan", help="按回答算出要办的事项、一张表、一套材料和日期")
    parser.add_argument("thing", metavar="KEY|FILE", help="一件事的 key，或一个 YAML 文件（不必已发布）")
    parser.add_argument(
        "--answers", required=True, metavar="FILE", help="回答（JSON：问题 key → 选项、选项列表或整数）；- 表示标准输入"
    )
    parser.add_argument("--choose", metavar="ITEM,ITEM", help="只办这些事项；不写就全办")
    parser.add_argument("--place", default="321200", help="区划代码，默认 321200")
    parser.add_argument("--on", help="哪天收件，写成 2026-11-23；默认今天")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=run)


def run(args: argparse.Namespace) -> int:
    """Print the plan. Returns 0, or 2 when the thing, the answers or the choice cannot be taken."""
    try:
        on = date.fromisoformat(args.on) if args.on else date.today()  # noqa: DTZ011  the user's own calendar day
    except ValueError:
        return _usage(f"--on 要写成 2026-11-23，现在是“{args.on}”")
    if (unknown := _unknown_place(args.place)) is not None:
        return _usage(unknown)
    document = _document(args.thing)
    if isinstance(document, str):
        return _usage(document)
    answers = _answers(args.answers)
    if isinstance(answers, str):
        return _usage(answers)
    chosen = [key.strip() for key in args.choose.split(",") if key.strip()] if args.choose is not None else None
    try:
        plan = make_plan(
            document, place=args.place, answers=answers, chosen=chosen, on=on,
            calendar=load_calendar(SHIPPED / "calendar.yaml"),
        )  # fmt: skip
    except BadAnswers as refused:
        return _usage("\n".join(refused.faults))
    print(json.dumps(plan, ensure_ascii=False, indent=2) if args.json else _readable(plan))
    return 0


def _document(thing: str) -> dict[str, Any] | str:
    """Return the compiled one-thing, or the sentence that says why there is none."""
    path = Path(thing)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            return f"没有“{thing}”这个文件"
        catalogue: Catalogue = load(path, words=words_for(path))
        wanted = next(iter(catalogue.things), None)
    else:
        catalogue = load(SHIPPED, only=thing)
        wanted = thing if thing in catalogue.things else None
    if wanted is None:
        reasons = [finding.sentence() for finding in catalogue.findings if finding.severity == "error"]
        return "\n".join(reasons[:10]) or f"没有“{thing}”这件事；写文件名，或目录里的 key"
    return catalogue.things[wanted].document


def _unknown_place(code: str) -> str | None:
    """Return the sentence that names the places there are, or None when this is one of them."""
    content = read_file(SHIPPED / "divisions.yaml")
    known = {str(row["code"]): row for row in content["divisions"] if row.get("administrative", True)}
    if code.isascii() and code.isdecimal() and any(code == one or code == one.ljust(12, "0") for one in known):
        return None
    larger = "、".join(f"{one} {row['name']}" for one, row in known.items() if row["level"] in ("city", "county"))
    return f"--place 没有“{code}”这个区划代码；可用：{larger}，以及它们的乡镇（街道）的9位代码"


def _answers(name: str) -> dict[str, Any] | str:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
        answers = json.loads(text.removeprefix("\ufeff"))
    except OSError as fault:
        return f"回答文件打不开：{fault.strerror}（{name}）"
    except (ValueError, RecursionError) as fault:
        return f"回答文件不是 JSON：{fault}"
    if not isinstance(answers, dict):
        return '回答要写成 JSON 对象：{"问题": "选项"}'
    return answers


def _readable(plan: dict[str, Any]) -> str:
    """Return the plan as a person would tell it."""
    names = {item["key"]: item["name"] for item in plan["items"]}
    lines = [f"{plan['name']}（版本 {plan['version']} · {plan['edition'][:8]}）", ""]
    lines += [f"不能联办：{refusal['message']}" for refusal in plan["gate"]["refusals"]]
    lines += [f"还要回答：{q['question']}（{q['key']}）" for q in plan["questions"] if q["status"] == "open"]
    lines.append(f"要办的事（{len(plan['items'])}）")
    for item in plan["items"]:
        after = f"，在{'、'.join(names[key] for key in item['after'])}之后" if item["after"] else ""
        lines.append(f"  {item['stage']}. {item['name']}（{item['department']}）{after}")
    asked = "、".join(f"{field['party_name']}·{field['element_name']}" for field in plan["form"])
    lines.append(f"要填的（{len(plan['form'])}）：{asked}")
    bring = [m for m in plan["materials"] if m["why_not_needed"] is None]
    lines.append(f"要交的（{len(bring)}）：" + "、".join(m["name"] for m in bring))
    lines += [f"  不用交：{m['name']}：{m['why_not_needed']}" for m in plan["materials"] if m["why_not_needed"]]
    promise = plan["promise"]
    if promise["working_days"] is None:
        lines.append("没有事项公布办理时间")
    else:
        lines.append(f"{plan['on']} 收件，{promise['due_on']} 前办好（{promise['working_days']}个工作日）")
    lines += [f"  没有公布时限，不算在内：{names[key]}" for key in promise["unpublished"]]
    return "\n".join(lines)


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return USAGE
