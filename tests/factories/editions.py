"""Small editions' documents for tests that need something published, not something real."""

from datetime import datetime
from typing import Any

from onething.catalogue.edition import SCHEMA
from onething.catalogue.models import Release
from onething.catalogue.services import publish

__all__ = ["publish_things", "thing_document"]


def thing_document(key: str, **changes: Any) -> dict[str, Any]:
    """The document of a one-thing with two items of two bodies and nothing else; `changes` replace its top-level parts."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "key": key,
        "name": {"newborn": "新生儿出生一件事", "death": "公民身后一件事"}.get(key, f"办事 {key}"),
        "subject": "person",
        "stages": ["birth"],
        "aliases": [],
        "keywords": [],
        "summary": None,
        "audience": None,
        "outcome": [],
        "questions": [],
        "parties": [],
        "items": [
            {"key": "first", "id": f"{key}/first", "name": "第一项", "function": {"key": "health", "name": "卫健"}},
            {"key": "second", "id": f"{key}/second", "name": "第二项", "function": {"key": "police", "name": "公安"}},
        ],
    }
    return document | changes


def publish_things(*keys: str, at: datetime) -> Release:
    """Publish some one-things, in force at once."""
    return publish([thing_document(key) for key in keys], effective_at=at, at=at)
