"""A sealed field stores and gives back, and is a closed box for queries."""

import json
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from onething.kit.sealed import SealedJSONField, SealedTextField, pack_json, seal_packed


@pytest.mark.django_db
@isolate_apps("onething.kit")
def test_sealed_fields() -> None:
    class Sealed(models.Model):  # noqa: DJ008 - lives for one test
        answers = SealedJSONField(null=True)
        words = SealedTextField(blank=True)

        class Meta:
            app_label = "kit"

    with connection.schema_editor() as editor:
        editor.create_model(Sealed)
    rows = Sealed._default_manager
    made = rows.create(answers={"mother": {"name": "王𬀩"}}, words="䶮")
    read = rows.get(pk=made.pk)
    assert (read.answers, read.words) == ({"mother": {"name": "王𬀩"}}, "䶮")
    rows.filter(pk=made.pk).update(answers=None)
    assert rows.filter(answers__isnull=True).exists()
    searches: tuple[dict[str, object], ...] = (
        {"answers": {}},
        {"answers__mother": 1},
        {"words": "䶮"},
        {"words__contains": "x"},
    )
    for search in searches:
        with pytest.raises(FieldError, match="sealed"):
            rows.filter(**search)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=40,
)


@given(value=JSON, repeated=st.integers(1, 60))
def test_whatever_json_says_comes_back(value: object, repeated: int) -> None:
    """Packed or not; and nothing that is not packed looks as if it were."""
    field: Any = SealedJSONField()
    told = [value] * repeated
    text = json.dumps(told, ensure_ascii=False)
    stored = field.get_db_prep_value(told, connection)
    assert field.from_db_value(stored, None, connection) == told
    assert field.from_db_value(seal_packed(pack_json(told)), None, connection) == told
    assert read_by(SealedJSONField(shared=True), stored) == told
    assert field.from_db_value(text.encode(), None, connection) == told


def test_long_texts_are_packed() -> None:
    assert len(pack_json([{"label": "姓名"}] * 1000)) < 2000


def test_a_shared_value_is_taken_apart_once() -> None:
    alone, shared = SealedJSONField(), SealedJSONField(shared=True)
    stored = pack_json({"items": ["出生医学证明"]})
    first, second = (read_by(shared, stored), read_by(shared, bytes(bytearray(stored))))
    assert first is second
    assert read_by(alone, stored) is not read_by(alone, stored)


def read_by(field: Any, stored: bytes) -> Any:
    return field.from_db_value(stored, None, connection)
