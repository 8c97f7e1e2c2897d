"""Hostile, huge and odd files get a clear refusal; honest ones keep their meaning."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalogue import yaml_reader
from onething.catalogue.yaml_reader import Map, Unreadable, read_text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x\n", "alias"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias"),
        ("a: !!python/object/apply:os.system ['true']\n", "tag"),
        ("a: !x 1\n", "tag"),
        ("a: 1\na: 2\n", "double-key"),
        ("? [1, 2]\n: x\n", "odd-key"),
        ("a: 1\n---\nb: 2\n", "many-documents"),
        ("a: [1, 2\n", "not-yaml"),
        ("a: \x00\n", "not-yaml"),
        ('a: "甲\\u0007乙"\n', "control-character"),
        ('"a\\x1b": 甲\n', "control-character"),
        ('a: "甲\\u202e乙"\n', "control-character"),
        ("a: " + "9" * 40 + "\n", "huge-number"),
        ("a: " + "[" * 500 + "]" * 500, "too-deep"),
        ("\n".join("  " * n + f"k{n}:" for n in range(60)), "too-deep"),
        ("[" + "a," * 130_000 + "]", "too-many-nodes"),
        ("a: '" + "x" * yaml_reader.MAX_BYTES + "'", "too-big"),
    ],
)
def test_refuses(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_text(text.encode())
    assert refused.value.code == code
    assert refused.value.remedy


def test_refuses_other_encodings() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        read_text("名称: 甲".encode("gb18030"))


def test_plain_words_stay_words_and_fractions_stay_exact() -> None:
    read = read_text(b"off: yes\ndate: 2026-03-05\ncode: 0012\nn: 3\nhalf: 0.5\nt: true\nnothing: ~\nq: '5'\n")
    assert read == {
        "off": "yes", "date": "2026-03-05", "code": "0012", "n": 3, "half": Decimal("0.5"), "t": True,
        "nothing": None, "q": "5",
    }  # fmt: skip


def test_line_ends_and_tabs_stay_in_a_text() -> None:
    assert read_text('a: |\n  甲\n  乙\nb: "丙\\t丁"\n'.encode()) == {"a": "甲\n乙\n", "b": "丙\t丁"}


def test_keys_know_their_lines() -> None:
    read = read_text(b"key: a\nitems:\n  - key: b\n    name: c\n")
    assert isinstance(read, Map)
    assert read.lines == {"key": 1, "items": 2}
    assert read["items"][0].lines == {"key": 3, "name": 4}


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_anything_is_read_or_refused(raw: bytes) -> None:
    refusal: Unreadable | None = None
    try:
        read_text(raw)
    except Unreadable as refused:
        refusal = refused
    assert refusal is None or (refusal.reason and refusal.remedy)
