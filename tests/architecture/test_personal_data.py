"""Each table says which personal data it holds and how long (docs/operate/personal-data.md)."""

import re
from pathlib import Path

from django.apps import apps

REGISTER = Path(__file__).resolve().parents[2] / "docs" / "operate" / "personal-data.md"
LINE = re.compile(r"^\| `(?P<table>[\w.]+)` \| (?P<data>[^|]+) \| (?P<kept>[^|]+) \|$", re.MULTILINE)


def test_every_table_is_registered_and_no_line_is_stale() -> None:
    lines = [found["table"] for found in LINE.finditer(REGISTER.read_text(encoding="utf-8"))]
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("onething.")}
    assert sorted(lines) == sorted(set(lines))
    assert set(lines) == ours
