"""One way to write data as bytes, so that the same facts have the same hash on any machine.

Canonical JSON here: keys sorted by code point, UTF-8 without escapes for non-ASCII, no spaces, no floats. Strings are
kept exactly as given: normalising a name is the business of whoever reads it in, and a hash that normalised silently
would call two different records the same.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

__all__ = ["CanonicalError", "canonical_json", "hash_of", "keyed_digest", "sha256_hex"]

MAX_DEPTH = 200
MIN_KEY_BYTES = 16


class CanonicalError(TypeError):
    """The data has no canonical form. The message names the path of the offending value."""


def canonical_json(data: object) -> bytes:
    """The one byte string that stands for `data`. Raises CanonicalError naming the path of what cannot be written."""
    return json.dumps(
        _checked(data, "$", 0), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode("utf-8")


def sha256_hex(content: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hash_of(data: object) -> str:
    """SHA-256 of the canonical form of `data`."""
    return sha256_hex(canonical_json(data))


def keyed_digest(content: bytes, *, key: bytes) -> str:
    """HMAC-SHA256 in hexadecimal: names content without letting outsiders test a guess of it."""
    if len(key) < MIN_KEY_BYTES:
        msg = f"the digest key needs at least {MIN_KEY_BYTES} bytes"
        raise ValueError(msg)
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _checked(value: object, path: str, depth: int) -> object:
    """`value` in plain lists and dicts, or CanonicalError. Lone surrogates are refused: they are no UTF-8."""
    if depth > MAX_DEPTH:
        msg = f"{path}: nested deeper than {MAX_DEPTH} levels"
        raise CanonicalError(msg)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        return {_key(key, path): _checked(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [_checked(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    kind = "a float" if isinstance(value, float) else f"a {type(value).__name__}"
    msg = f"{path}: {kind} has no canonical form; use integers, text, lists and mappings"
    raise CanonicalError(msg)


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        msg = f"{path}: the key {key!r} is not text"
        raise CanonicalError(msg)
    return _text(key, path)


def _text(value: str, path: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        msg = f"{path}: the text holds half a character (a lone surrogate)"
        raise CanonicalError(msg) from None
    return str(value)
