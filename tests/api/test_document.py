"""The page for implementers: its example works as it stands there, against a real server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.cases import item_of, make_case, make_world
from tests.factories.server import serving
from tests.factories.systems import make_system

from onething.cases.states import ItemState

PAGE = Path(__file__).resolve().parents[2] / "docs" / "develop" / "department-systems.md"


@pytest.fixture
def base(transactional_db: None) -> Iterator[str]:
    with serving() as address:
        yield address


def test_the_example_of_the_page_accepts_a_task(base: str) -> None:
    licence = item_of(make_case(make_world(), at=timezone.now()), "licence")
    assert licence.organisation is not None
    system = make_system(licence.organisation)
    names: dict[str, Any] = {"BASE": base, "KEY_ID": system.key_id, "SECRET": system.secret}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, names)  # noqa: S102  # our own page
    licence.refresh_from_db()
    assert licence.item_state in {ItemState.ACCEPTED, ItemState.RECEIVED}
    taken = names["task"]["number"]
    assert names["call"](base, system.key_id, system.secret, "GET", f"/api/v1/tasks/{taken}")["state"] == "accepted"
