"""`onething catalogue check|publish|export|diff`: look at, publish and compare one-things."""

import argparse
import json
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from onething.catalogue.check import check
from onething.catalogue.diff import differences
from onething.catalogue.edition import SCHEMA, edition_hash
from onething.catalogue.findings import Finding, Severity
from onething.catalogue.loader import SHIPPED, Catalogue, authored_files, load, words_for
from onething.catalogue.local import at_place
from onething.kit.hashing import canonical_json

PLACES = 2
CODE = 6
Things = dict[str, dict[str, Any]]
FINDINGS, USAGE = 1, 2


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the sub-commands."""
    parser = subparsers.add_parser("catalogue", help="检查、发布、导出、比较一件事目录")
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|publish|export|diff")

    checking = actions.add_parser("check", help="检查一个文件或目录，列出错误和依据待补之处")
    checking.add_argument("path", nargs="?", type=Path, default=SHIPPED)
    checking.add_argument("--official", action="store_true", help="依据待补也算不通过（正式发布用）")
    checking.add_argument("--on", help="按哪一天判断依据是否有效，写成 2026-11-23；默认今天")
    checking.add_argument("--json", action="store_true")
    checking.set_defaults(handler=run_check)

    publishing = actions.add_parser("publish", help="检查通过后编译成版本并发布")
    publishing.add_argument("path", nargs="?", type=Path, default=SHIPPED)
    publishing.add_argument("--effective-at", help="从什么时候起生效，写成 2026-12-01T08:00；默认立即")
    publishing.add_argument("--note", default="", help="这次改了什么")
    publishing.add_argument("--json", action="store_true")
    publishing.set_defaults(handler=run_publish)

    exporting = actions.add_parser("export", help="把编译后的版本写成 JSON")
    exporting.add_argument("path", nargs="?", type=Path, default=SHIPPED)
    exporting.add_argument("--to", type=Path, help="写到哪个目录；不写就打印出来")
    exporting.add_argument("--json", action="store_true")
    exporting.set_defaults(handler=run_export)

    comparing = actions.add_parser(
        "diff", help="用文字说明两个文件、目录或导出的版本有什么不同，或同一份在两个地方有什么不同"
    )
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path, nargs="?", help="不写就用 --places 比两个地方")
    comparing.add_argument("--places", metavar="CODE,CODE", help="两个区划代码，如 321200,430100")
    comparing.add_argument("--on", help="--places 按哪一天比，写成 2026-11-23；默认今天")
    comparing.add_argument("--json", action="store_true")
    comparing.set_defaults(handler=run_diff)


def run_check(args: argparse.Namespace) -> int:
    """Print the findings. Returns 0, 1 when something blocks publishing, 2 on usage."""
    try:
        on = date.fromisoformat(args.on) if args.on else date.today()  # noqa: DTZ011  the user's own calendar day
    except ValueError:
        return _usage(f"--on 要写成 2026-11-23，现在是“{args.on}”")
    if (unfit := _unfit(args.path)) is not None:
        return _usage(unfit)
    words = words_for(args.path) if args.path.is_file() else None
    catalogue, findings = check(args.path, on=on, words=words, progress=_progress)
    blocking = [f for f in findings if f.severity is Severity.ERROR or args.official]
    if args.json:
        _print_json(_report(catalogue, findings, ok=not blocking))
    else:
        _print_report(catalogue, findings)
    return FINDINGS if blocking else 0


def _report(catalogue: Catalogue, findings: list[Finding], *, ok: bool) -> dict[str, Any]:
    counts = Counter(finding.severity.value for finding in findings)
    return {
        "ok": ok,
        "errors": counts["error"],
        "unverified": counts["unverified"],
        "things": {key: edition_hash(compiled.document) for key, compiled in sorted(catalogue.things.items())},
        "skipped": catalogue.skipped,
        "findings": [finding.as_dict() for finding in findings],
    }


def _print_report(catalogue: Catalogue, findings: list[Finding]) -> None:
    for severity, title in ((Severity.ERROR, "错误"), (Severity.UNVERIFIED, "依据待补")):
        rows = [finding for finding in findings if finding.severity is severity]
        if rows:
            print(f"{title}（{len(rows)}）")
        for row in rows:
            print(f"  {row.sentence()}")
    for name in catalogue.skipped:
        print(f"跳过 {name}：不是目录文件")
    for key, compiled in sorted(catalogue.things.items()):
        print(f"{key}  {compiled.document['name']}  {edition_hash(compiled.document)[:8]}")
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    print(f"{len(catalogue.things)} 件事，{errors} 处错误，{len(findings) - errors} 处依据待补")


def run_publish(args: argparse.Namespace) -> int:
    """Publish a folder into the database. Returns 1 when the check or the database refuses."""
    from onething.cli.django_setup import django_ready

    if not args.path.is_dir():
        return _usage(f"“{args.path}”不是目录；发布以整个目录为单位")
    try:
        effective = datetime.fromisoformat(args.effective_at) if args.effective_at else None
    except ValueError:
        return _usage(f"--effective-at 要写成 2026-12-01T08:00，现在是“{args.effective_at}”")
    with django_ready():
        return _publish(args, effective)


def _publish(args: argparse.Namespace, effective: datetime | None) -> int:
    from django.utils import timezone

    from onething.catalogue.services import PublishRefused, publish_folder
    from onething.parties.services import PlacesRefused, load_places_and_bodies

    now = timezone.now()
    moment = now if effective is None else effective if effective.tzinfo else timezone.make_aware(effective)
    try:
        release = publish_folder(args.path, effective_at=moment, at=now, note=args.note, progress=_progress)
        if (args.path / "organisations.yaml").is_file():
            load_places_and_bodies(args.path)
    except (PlacesRefused, PublishRefused) as refused:
        print(str(refused), file=sys.stderr)
        return FINDINGS
    if args.json:
        _print_json({"release": release.number, "effective_at": release.effective_at.isoformat()})
    else:
        print(f"第 {release.number} 次发布，{timezone.localtime(release.effective_at):%Y-%m-%d %H:%M} 起生效")
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write the compiled documents, canonical, one file per one-thing."""
    if (unfit := _unfit(args.path)) is not None:
        return _usage(unfit)
    catalogue = load(args.path, words=words_for(args.path) if args.path.is_file() else None, progress=_progress)
    documents = {key: compiled.document for key, compiled in sorted(catalogue.things.items())}
    if args.to is None:
        _print_json({key: {"edition": edition_hash(d), "document": d} for key, d in documents.items()})
    else:
        args.to.mkdir(parents=True, exist_ok=True)
        for key, document in documents.items():
            (args.to / f"{key}.json").write_bytes(canonical_json(document))
        report = {key: edition_hash(document) for key, document in documents.items()}
        if args.json:
            _print_json(report)
        else:
            for key, digest in report.items():
                print(f"{args.to / key}.json  {digest[:8]}")
    return FINDINGS if any(finding.severity is Severity.ERROR for finding in catalogue.findings) else 0


def run_diff(args: argparse.Namespace) -> int:
    """Say what changed. Returns 1 when there is a difference, as `diff` does."""
    sides = _sides(args)
    if isinstance(sides, str):
        return _usage(sides)
    old, new = sides
    if len(old) == len(new) == 1:  # two files, perhaps of different keys
        pairs: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = {
            next(iter(new)): (next(iter(old.values())), next(iter(new.values())))
        }
    else:
        pairs = {key: (old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())}
    report = {}
    for key, (before, after) in pairs.items():
        if before is None or after is None:
            report[key] = ["新增了这件事" if before is None else "去掉了这件事"]
        elif changes := differences(before, after):
            report[key] = changes
    if args.new is not None and (changes := differences(*map(_synonyms, (args.old, args.new)))):
        report["synonyms"] = changes
    if args.json:
        _print_json(report)
    else:
        for key, changes in report.items():
            print(f"{key}（{len(changes)} 处）")
            for change in changes:
                print(f"  {change}")
        if not report:
            print("没有不同")
    return FINDINGS if report else 0


def _sides(args: argparse.Namespace) -> tuple[Things, Things] | str:
    """Return what is compared, or the sentence that says why it cannot be."""
    old = _documents(args.old)
    if isinstance(old, str):
        return old
    if args.new is not None:
        new = _documents(args.new)
        return new if isinstance(new, str) else (old, new)
    try:
        on = date.fromisoformat(args.on) if args.on else date.today()  # noqa: DTZ011  the user's own calendar day
    except ValueError:
        return f"--on 要写成 2026-11-23，现在是“{args.on}”"
    places = [code.strip() for code in (args.places or "").split(",")]
    if len(places) != PLACES or not all(code.isascii() and code.isdecimal() and len(code) == CODE for code in places):
        return "比较什么：写第二个文件，或用 --places 写两个六位区划代码，如 --places 321200,430100"
    here, there = ({key: _in(document, place, on) for key, document in old.items()} for place in places)
    return here, there


def _in(document: dict[str, Any], place: str, on: date) -> dict[str, Any]:
    return {key: part for key, part in at_place(document, place, on).items() if key not in ("local", "local_rules")}


def _unfit(path: Path) -> str | None:
    """Return the sentence that says why nothing can be read here; None when there is a file to read."""
    if not path.exists():
        return f"没有“{path}”这个文件或目录"
    if path.is_dir():
        return None if any(authored_files(path)) else f"目录“{path}”里没有 .yaml 文件"
    return None if path.is_file() else f"“{path}”不是普通文件，也不是目录"


def _documents(path: Path) -> Things | str:
    """Return the one-things of a file, a folder or an export, or the sentence that says why there are none."""
    exported = sorted(path.glob("*.json")) if path.is_dir() and not any(authored_files(path)) else []
    if exported or (path.suffix == ".json" and path.is_file()):
        documents = {}
        for file in exported or [path]:
            document = _exported(file)
            if isinstance(document, str):
                return document
            documents[document["key"]] = document
        return documents
    if (unfit := _unfit(path)) is not None:
        return unfit
    catalogue = load(path, words=words_for(path) if path.is_file() else None)
    if not catalogue.things:
        faults = [finding.sentence() for finding in catalogue.findings if finding.severity is Severity.ERROR]
        return "；".join([f"“{path}”里没有一件事", *faults[:1]])
    return {key: compiled.document for key, compiled in catalogue.things.items()}


def _synonyms(path: Path) -> dict[str, Any]:
    """What a folder says for search; nothing for a single file or an export, which hold one-things alone."""
    return {"synonyms": load(path, only="").synonyms if path.is_dir() else []}


def _exported(file: Path) -> dict[str, Any] | str:
    try:
        document = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        return f"“{file}”不是 JSON：{fault}"
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or not isinstance(document.get("key"), str):
        return f"“{file}”不是导出的一件事：要有 schema（{SCHEMA}）和 key"
    return document


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        print(f"\r正在看 {name[:60]:<60}", end="", file=sys.stderr, flush=True)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return USAGE
