"""Runs the stages of `make test` one after another, all of them whatever the earlier ones said, and sums them up.

`python scripts/stages.py` runs all; `python scripts/stages.py style types` runs the named ones.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "var" / "reports"
PYTHON = sys.executable
WITH_DATABASE = [PYTHON, "-m", "onething.launcher", "exec", "--state", str(ROOT / "var" / "test"), "--"]


@dataclass
class Outcome:
    """What a stage came to: tests counted one by one, any other check as one."""

    name: str
    seconds: float
    passed: int
    failed: int
    skipped: int = 0
    note: str = ""


def command(name: str, *words: str) -> Outcome:
    """Run one check; its exit code decides."""
    began = time.monotonic()
    code = subprocess.run(words, cwd=ROOT, check=False, env=_environment()).returncode
    return Outcome(name, time.monotonic() - began, passed=int(code == 0), failed=int(code != 0))


def run_tests(name: str, *words: str, extra: dict[str, str] | None = None) -> Outcome:
    """Run pytest, which brings its database, and count from its report. A run that ends badly counts as at least one failure."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    words = (PYTHON, "-m", "pytest", "-q", f"--junitxml={report}", *words)
    code = subprocess.run(words, cwd=ROOT, check=False, env=_environment(extra)).returncode
    seconds = time.monotonic() - began
    if not report.exists():
        return Outcome(name, seconds, passed=0, failed=1, note="pytest did not get as far as a report")
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  # our own pytest wrote it a moment ago
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", "0"))
        failed += int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped += int(suite.get("skipped", "0"))
    note = "no test was found" if total == 0 else ""
    return Outcome(name, seconds, total - failed - skipped, max(failed, int(code != 0)), skipped, note)


def journeys() -> Outcome:
    """The browser journeys, or one line that says how to get a browser."""
    found = subprocess.run(["sh", "scripts/browser"], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S607  # every machine that has make has sh on its PATH
    if found.returncode != 0:
        return Outcome("journeys", 0.0, passed=0, failed=1, note="no browser; what to do stands above")
    return run_tests("journeys", "-m", "browser", "tests/browser", extra={"ONETHING_BROWSER": found.stdout.strip()})


STAGES: dict[str, Callable[[], Outcome]] = {
    "style": lambda: command("style", PYTHON, "-m", "ruff", "check", "--quiet", "."),
    "format": lambda: command("format", PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."),
    "types": lambda: command("types", PYTHON, "-m", "mypy"),
    "imports": lambda: command("imports", str(Path(PYTHON).parent / "lint-imports"), "--no-logo"),
    "migrations": lambda: command(
        "migrations", *WITH_DATABASE, PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "-v", "1"
    ),
    "catalogue": lambda: command("catalogue", PYTHON, "-m", "onething.cli", "catalogue", "check", "catalogue"),
    "tests": lambda: run_tests("tests", "-n", "auto", "-m", "not browser"),
    "journeys": journeys,
}


def main(names: list[str]) -> int:
    """Run the stages and print one line for each; the exit code is 1 when any failed, 2 for a wrong name."""
    if unknown := [name for name in names if name not in STAGES]:
        print(f"no such stage: {', '.join(unknown)}; there are {', '.join(STAGES)}", file=sys.stderr)
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for name in names or STAGES:
        print(f"\n== {name}", flush=True)
        outcomes.append(STAGES[name]())
    print("\n== summary")
    for outcome in outcomes:
        word = "FAILED" if outcome.failed else "ok"
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        print(f"{outcome.name:<11} {word:<7} {outcome.seconds:6.1f} s  {counts}  {outcome.note}".rstrip())
    passed, failed, skipped = (sum(getattr(each, key) for each in outcomes) for key in ("passed", "failed", "skipped"))
    print(f"total: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return int(failed > 0)


def _environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "onething.config.settings.test", **(extra or {})}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
