"""Canonical JSON and the hashes built on it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.kit.hashing import CanonicalError, canonical_json, hash_of, keyed_digest, sha256_hex

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(DATA)
def test_canonical_form_reads_back_and_is_stable(data: object) -> None:
    form = canonical_json(data)
    assert json.loads(form) == data
    assert canonical_json(json.loads(form)) == form


@given(st.dictionaries(TEXT, st.integers(), min_size=2))
def test_order_of_keys_does_not_matter(data: dict[str, int]) -> None:
    turned = dict(reversed(list(data.items())))
    assert hash_of(turned) == hash_of(data)


def test_known_form() -> None:
    assert canonical_json({"b": [1, True, None], "a": "䶮·李"}) == '{"a":"䶮·李","b":[1,true,null]}'.encode()
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_composed_and_decomposed_text_differ() -> None:
    assert hash_of("é") != hash_of("e\u0301")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"fees": [{"amount": 1.5}]}, "$.fees[0].amount"),
        ({"on": {1}}, "$.on"),
        ({"raw": b"x"}, "$.raw"),
        ({"name": "\ud800"}, "$.name"),
        ([{3: "x"}], "$[0]"),
    ],
)
def test_what_has_no_canonical_form_is_named_by_its_path(data: object, path: str) -> None:
    with pytest.raises(CanonicalError, match=r"canonical|text") as caught:
        canonical_json(data)
    assert str(caught.value).startswith(path + ":")


def test_a_very_deep_structure_is_refused_not_crashed() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(CanonicalError, match="nested deeper"):
        canonical_json(deep)


def test_keyed_digest_depends_on_key_and_content() -> None:
    key, other = b"k" * 32, b"l" * 32
    assert keyed_digest(b"x", key=key) == keyed_digest(b"x", key=key)
    assert len({keyed_digest(b"x", key=key), keyed_digest(b"x", key=other), keyed_digest(b"y", key=key)}) == 3
    with pytest.raises(ValueError, match="16 bytes"):
        keyed_digest(b"x", key=b"short")
