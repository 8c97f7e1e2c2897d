"""The shipped catalogue, published, and the demonstration's town, once for each module of tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.web.public.walker import Walker

from onething.catalogue.services import publish_folder
from onething.cli import demo

CATALOGUE = Path(__file__).resolve().parents[3] / "catalogue"


@pytest.fixture(scope="module")
def _town(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Publishing and seating take a second, so tests of one module share them inside one transaction that is rolled back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # verbs may open their own durable transaction in it
        with outer:
            now = timezone.now()
            publish_folder(CATALOGUE, effective_at=now, at=now)
            demo.cast(at=now, catalogue=CATALOGUE)
            yield
            transaction.set_rollback(True)


@pytest.fixture
def walker(_town: None, db: None) -> Walker:
    """Somebody who has just opened the browser."""
    return Walker()
