"""Signatures of requests: the standard's own example, and nothing altered passes."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.exchange.signing import (
    SKEW_SECONDS,
    SignatureFault,
    content_digest,
    parse_input,
    sign,
    signature_base,
    signed_headers,
    verify,
)

SECRET = b"a secret of thirty-two bytes, ok"
NOW = 1_795_572_000


def test_the_standards_own_example_gives_its_signature() -> None:
    # RFC 9421, B.2.5.
    secret = base64.b64decode(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
    )
    params = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    values = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("@authority", "example.com"),
        ("content-type", "application/json"),
    ]
    assert sign(signature_base(values, params), secret=secret) == "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


def test_the_standards_own_digest() -> None:
    # RFC 9530, B.
    assert content_digest(b'{"hello": "world"}') == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def signed(body: bytes = b"{}", *, key: str = "", created: int = NOW, query: str = "a=1") -> dict[str, str]:
    return signed_headers(
        method="POST", path="/api/v1/tasks/X/status", query=query, body=body, key_id="k-1", secret=SECRET,
        created=created, nonce="n" * 16, idempotency_key=key,
    )  # fmt: skip


def check(
    headers: dict[str, str], body: bytes = b"{}", *, now: int = NOW, changes: dict[str, str] | None = None
) -> None:
    values = {
        "@method": "POST",
        "@path": "/api/v1/tasks/X/status",
        "@query": "?a=1",
        "content-digest": headers["Content-Digest"],
    }
    if "Idempotency-Key" in headers:
        values["idempotency-key"] = headers["Idempotency-Key"]
    said = parse_input(headers["Signature-Input"])
    verify(said, headers["Signature"], {**values, **(changes or {})}, body=body, secret=SECRET, now=now)


@given(st.binary(max_size=200), st.text(alphabet="abc-123", max_size=20))
def test_what_is_signed_passes(body: bytes, key: str) -> None:
    check(signed(body, key=key), body)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"@method": "GET"}, "signature_wrong"),
        ({"@path": "/api/v1/tasks/Y/status"}, "signature_wrong"),
        ({"@query": "?a=2"}, "signature_wrong"),
        ({"idempotency-key": "another"}, "signature_incomplete"),
    ],
)
def test_nothing_can_be_altered(changes: dict[str, str], code: str) -> None:
    with pytest.raises(SignatureFault) as fault:
        check(signed(), changes=changes)
    assert fault.value.code == code


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_another_body_is_refused(body: bytes, other: bytes) -> None:
    if body == other:
        return
    with pytest.raises(SignatureFault) as fault:
        check(signed(body), other)
    assert fault.value.code == "digest_mismatch"


@pytest.mark.parametrize("shift", [-SKEW_SECONDS - 1, SKEW_SECONDS + 1])
def test_a_clock_that_is_off_is_told_so(shift: int) -> None:
    with pytest.raises(SignatureFault) as fault:
        check(signed(created=NOW + shift))
    assert fault.value.code == "signature_time"


@given(st.text(max_size=120))
def test_rubbish_is_refused_by_name(text: str) -> None:
    with pytest.raises(SignatureFault) as fault:
        parse_input(text)
    assert re.fullmatch(r"signature_[a-z]+", fault.value.code)
