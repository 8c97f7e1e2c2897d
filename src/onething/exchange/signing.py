"""Signed requests: a plain subset of HTTP Message Signatures (RFC 9421) with digests of RFC 9530. Pure.

One signature, algorithm `hmac-sha256`, over at least the method, the path, the query and the digest of the body, with the
moment it was made, a nonce and the name of the key. Both sides use it: what comes in and what is pushed.

    Content-Digest: sha-256=:…:
    Signature-Input: sig1=("@method" "@path" "@query" "content-digest");created=1795572000;nonce="…";keyid="…";alg="hmac-sha256"
    Signature: sig1=:…:
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "COVERED",
    "SKEW_SECONDS",
    "SignatureFault",
    "SignatureInput",
    "content_digest",
    "parse_input",
    "sign",
    "signature_base",
    "signed_headers",
    "verify",
]

SKEW_SECONDS: Final = 300
COVERED: Final = ("@method", "@path", "@query", "content-digest")
ALGORITHM: Final = "hmac-sha256"
_INPUT: Final = re.compile(r'(?P<label>[a-z][a-z0-9_-]{0,31})=(?P<params>\((?P<names>"[^"]{1,64}"(?: "[^"]{1,64}")*)\)(?P<rest>(?:;[a-z]+=(?:\d{1,12}|"[^"\\]{1,128}"))*))')  # fmt: skip
_PARAMETER: Final = re.compile(r';([a-z]+)=(?:(\d+)|"([^"]*)")')
_NONCE: Final = re.compile(r"[A-Za-z0-9_=.+/:-]{16,64}")


class SignatureFault(ValueError):
    """What is wrong with a signature, as a code and a sentence for whoever writes the other system."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class SignatureInput:
    """One `Signature-Input`. `params` is the text as it stands, which is what gets signed."""

    label: str
    names: tuple[str, ...]
    params: str
    created: int
    nonce: str
    key_id: str


def content_digest(body: bytes) -> str:
    """The value of `Content-Digest`; an empty body has one too."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(values: Sequence[tuple[str, str]], params: str) -> bytes:
    """What is signed: one line per component, then the parameters (RFC 9421, 2.5)."""
    lines = [f'"{name}": {value}' for name, value in values]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


def sign(base: bytes, *, secret: bytes) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret, base, hashlib.sha256).digest()).decode()


def parse_input(text: str) -> SignatureInput:
    """Read a `Signature-Input`. Raises SignatureFault."""
    found = _INPUT.fullmatch(text.strip())
    if found is None:
        raise SignatureFault("signature_unreadable", "Signature-Input 的写法不对，请照文档中的样子写一个签名")
    names = tuple(found["names"][1:-1].split('" "'))
    given = {name: number or words for name, number, words in _PARAMETER.findall(found["rest"])}
    lacking = [name for name in ("created", "nonce", "keyid") if name not in given]
    if lacking:
        raise SignatureFault("signature_incomplete", f"Signature-Input 缺少参数：{'、'.join(lacking)}")
    if given.get("alg", ALGORITHM) != ALGORITHM:
        raise SignatureFault("signature_algorithm", f"只接受 {ALGORITHM}")
    if not given["created"].isdigit() or not _NONCE.fullmatch(given["nonce"]):
        raise SignatureFault("signature_unreadable", "created 要写成秒数；nonce 要 16 到 64 个字母、数字或 _=.+/:-")
    if len(set(names)) != len(names):
        raise SignatureFault("signature_unreadable", "同一个部分只能签一次")
    return SignatureInput(found["label"], names, found["params"], int(given["created"]), given["nonce"], given["keyid"])


def verify(
    said: SignatureInput, signature: str, values: Mapping[str, str], *, body: bytes, secret: bytes, now: int
) -> None:
    """Check one signature against what arrived. Raises SignatureFault.

    `values` are the components by name, as they arrived. Each of them must be covered: what is not signed is not believed.
    """
    if abs(now - said.created) > SKEW_SECONDS:
        raise SignatureFault("signature_time", f"签名的时间和本机相差超过{SKEW_SECONDS}秒，请校准时钟后重新签名")
    if lacking := [name for name in values if name not in said.names]:
        raise SignatureFault("signature_incomplete", f"签名没有包含：{'、'.join(lacking)}")
    if unknown := [name for name in said.names if name not in values]:
        raise SignatureFault("signature_incomplete", f"签名包含了请求里没有的部分：{'、'.join(unknown)}")
    if not hmac.compare_digest(values["content-digest"], content_digest(body)):
        raise SignatureFault("digest_mismatch", "Content-Digest 和收到的内容不一致")
    prefix, suffix = f"{said.label}=:", ":"
    text = signature.strip()
    if not (text.startswith(prefix) and text.endswith(suffix) and len(text) > len(prefix)):
        raise SignatureFault("signature_unreadable", "Signature 的写法不对，名称要和 Signature-Input 相同")
    expected = sign(signature_base([(name, values[name]) for name in said.names], said.params), secret=secret)
    if not hmac.compare_digest(_decoded(text[len(prefix) : -1]), base64.b64decode(expected)):
        raise SignatureFault("signature_wrong", "签名不对：请核对密钥和参加签名的各部分")


def signed_headers(
    *,
    method: str,
    path: str,
    query: str,
    body: bytes,
    key_id: str,
    secret: bytes,
    created: int,
    nonce: str,
    idempotency_key: str = "",
) -> dict[str, str]:
    """The headers of a request this side makes. `query` is without its question mark."""
    values = dict(zip(COVERED, (method, path, f"?{query}", content_digest(body)), strict=True))
    if idempotency_key:
        values["idempotency-key"] = idempotency_key
    names = " ".join(f'"{name}"' for name in values)
    params = f'({names});created={created};nonce="{nonce}";keyid="{key_id}";alg="{ALGORITHM}"'
    headers = {
        "Content-Digest": values["content-digest"],
        "Signature-Input": f"sig1={params}",
        "Signature": f"sig1=:{sign(signature_base(list(values.items()), params), secret=secret)}:",
    }
    return headers | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureFault("signature_unreadable", "Signature 不是 base64") from None
