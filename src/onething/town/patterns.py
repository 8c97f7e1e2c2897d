"""A text that a pattern takes: for numbers whose writing an element prescribes and gives no example of."""

from collections.abc import Iterable
from random import Random
from re import _constants as ops  # type: ignore[attr-defined, unused-ignore]
from re import _parser as parser  # type: ignore[attr-defined, unused-ignore]
from typing import Any, Final

__all__ = ["sample_of"]

MORE: Final = 3
DIGITS, LETTERS = "0123456789", "ABCDEFGHJKLMNPQRTUWXY"


def sample_of(pattern: str, chance: Random) -> str | None:
    """Some text of the pattern; None where it holds what this does not know (looking ahead, back references).

    The standard library's own parser reads the pattern. Whoever uses the text checks it.
    """
    try:
        return _sequence(parser.parse(pattern), chance)
    except (KeyError, ValueError, IndexError):
        return None


def _sequence(parts: Iterable[Any], chance: Random) -> str:
    return "".join(_part(op, told, chance) for op, told in parts)


def _part(op: Any, told: Any, chance: Random) -> str:  # noqa: ANN401  # the parser's own tuples
    written: str
    match op:
        case ops.LITERAL:
            written = chr(told)
        case ops.AT:
            written = ""
        case ops.ANY:
            written = chance.choice(DIGITS)
        case ops.IN:
            written = _one_of(told, chance)
        case ops.BRANCH:
            written = _sequence(chance.choice(told[1]), chance)
        case ops.SUBPATTERN:
            written = _sequence(told[-1], chance)
        case ops.MAX_REPEAT | ops.MIN_REPEAT:
            least, most, part = told
            times = chance.randint(least, max(least, min(int(most), least + MORE)))
            written = "".join(_sequence(part, chance) for _ in range(times))
        case _:
            raise KeyError(op)
    return written


def _one_of(choices: Any, chance: Random) -> str:  # noqa: ANN401  # an answer or value as it is stored: any JSON
    op, told = chance.choice(choices)
    if op is ops.LITERAL:
        return chr(told)
    if op is ops.RANGE:
        return chr(chance.randint(*told))
    if op is ops.CATEGORY and told is ops.CATEGORY_DIGIT:
        return chance.choice(DIGITS)
    if op is ops.CATEGORY and told is ops.CATEGORY_WORD:
        return chance.choice(LETTERS)
    raise KeyError(op)
