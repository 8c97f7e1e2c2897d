"""What pages say in the reader's language of texts that are kept in Chinese: of the catalogue, of notices, of rules.

`said` is the one place. A text is looked up whole; else by the sentences of `ui/phrases.py`, whose parts are said in turn;
else piece by piece at its marks. What has no translation, or only half of one, stays Chinese. On Chinese pages everything is given back as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import get_language, gettext

from onething.catalogue.texts import is_citation, translated
from onething.notice.rules import MOST_NAMED
from onething.web.ui.formats import prose_date
from onething.web.ui.phrases import PHRASES

__all__ = [
    "has_chinese",
    "is_foreign",
    "listed",
    "listed_or_counted",
    "said",
    "said_all",
    "spoken",
    "whose_paper",
    "with_unit",
]

KEPT: Final = 20_000
CHINESE: Final = re.compile("[\u3400-\u9fff]")
PLACE: Final = re.compile(r"%\((\w+)\)s")
DAY: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日（星期[一二三四五六日]）")
COUNTED: Final = re.compile(r"(\D+?|\d+\.) ?((?<=\. )\D.*|\d+)")  # “继承人2” and “2. 出生登记”
AT_PLACE: Final = re.compile(r"(.{1,6}?[省市区])(.+)")
BRACKETED: Final = re.compile(r"(.*)（([^（）]*)）([^（）]*)", re.DOTALL)
JOINTS: Final = "；。：，、"
OPENING: Final = "《（“"
CLOSING: Final = "》）”"
MARKS: Final = {"；": "; ", "。": ". ", "，": ", ", "、": ", ", "：": ": ", "（": " (", "）": ")", "“": "“", "”": "”"}


def is_foreign() -> bool:
    """Whether the reader chose another language than Chinese."""
    return not (get_language() or "zh").startswith("zh")


def has_chinese(text: str) -> bool:
    """Whether Chinese is left in a text."""
    return CHINESE.search(text) is not None


def said(text: str) -> str:
    """One text in the reader's language."""
    return (_said(get_language() or "", text) or text) if text and is_foreign() else text


def spoken(value: Any) -> Any:  # noqa: ANN401  # a plan, a document, a list of papers
    """A plan or document with its texts in the reader's language; its data stay. Never keep the result."""
    return translated(value, said) if is_foreign() else value


def said_all(value: Any) -> Any:  # noqa: ANN401  # what holds nothing but words, such as a notice
    """The same for what is words throughout."""
    if not is_foreign():
        return value
    if isinstance(value, str):
        return said(value)
    if isinstance(value, dict):
        return {key: said_all(one) for key, one in value.items()}
    return [said_all(one) for one in value] if isinstance(value, list | tuple) else value


def listed(words: Iterable[str], joint: str = "、") -> str:
    """Words in a row, with the marks of the reader's language."""
    return (MARKS[joint] if is_foreign() else joint).join(words)


def listed_or_counted(names: Sequence[str]) -> str:
    """A few by their names, more by their number: a dozen names in one sentence nobody reads."""
    return listed(names) if len(names) <= MOST_NAMED else gettext("有%(n)s件事") % {"n": len(names)}


def whose_paper(whose: str, paper: str) -> str:
    """A paper by its name, with whose it is where the name does not say so."""
    if not whose or whose.lower() in paper.lower():
        return paper
    return gettext("%(whose)s的%(what)s") % {"whose": whose, "what": paper}


def with_unit(number: object, unit: str) -> str:
    """A number and its unit as people write them."""
    return f"{number} {unit}" if unit and is_foreign() else f"{number}{unit}"


@lru_cache(maxsize=KEPT)
def _said(language: str, text: str) -> str | None:
    """The text in a language, or None when a part of it has no words there: half a translation helps nobody."""
    if not has_chinese(text):
        return _marked(text)
    whole = gettext(text)
    if whole != text or len(text) == 1:
        return whole
    text = DAY.sub(_day, text)
    if not has_chinese(text):
        return text
    found = next((way for way in _ways(language, text) if way is not None), None)
    return text if found is None and is_citation(text) else found


def _ways(language: str, text: str) -> Iterator[str | None]:
    """What the text can be made of, the longest sentence first."""
    for pattern, phrase in _patterns():
        if (matched := pattern.fullmatch(text)) is not None:
            parts = {name: _said(language, part) for name, part in matched.groupdict().items()}
            yield None if None in parts.values() else gettext(phrase) % parts
    if (matched := COUNTED.fullmatch(text)) is not None:
        first, last = (_said(language, part) for part in matched.groups())
        yield f"{first} {last}" if first and last else None
    if (matched := AT_PLACE.fullmatch(text)) is not None and gettext(matched[1]) != matched[1]:
        what = _said(language, matched[2])
        yield f"{what}, {gettext(matched[1])}" if what else None
    if (matched := BRACKETED.fullmatch(text)) is not None:
        around = [_said(language, part) if part else "" for part in matched.groups()]
        yield None if None in around else _marked("{} ({}) {}".format(*around))
    for mark in JOINTS:
        pieces = _split(text, mark)
        if len(pieces) > 1:
            yield _rejoined(language, pieces, mark)


def _split(text: str, mark: str) -> list[str]:
    """The pieces between the marks that stand in no brackets and in no quotation."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign in OPENING) - (sign in CLOSING)
        if sign == mark and not depth:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces


def _rejoined(language: str, pieces: list[str], mark: str) -> str | None:
    """The pieces in the language, as many of them together as have words of their own."""
    made, begin = "", 0
    while begin < len(pieces):
        for end in range(len(pieces), begin, -1):
            text = mark.join(pieces[begin:end])
            words = "" if not text else _said(language, text) if end - begin == 1 else _whole(text)
            if words is not None:
                break
        else:
            return None
        made += (MARKS[mark] if begin else "") + words
        begin = end
    return _marked(made)


def _whole(text: str) -> str | None:
    words = gettext(text)
    return words if words != text else None


def _day(found: re.Match[str]) -> str:
    return prose_date(date(*map(int, found.groups())))


def _marked(text: str) -> str:
    """Chinese marks between words of another script become its own."""
    if "《" not in text:
        text = "".join(MARKS.get(sign, sign) for sign in text)
    return re.sub(r" +([;,.:)])", r"\1", re.sub(r"  +", " ", text)).strip() or text


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each phrase as a pattern, the longest fixed words first."""
    made = []
    for phrase in PHRASES:
        parts = PLACE.split(phrase)
        if len(parts) > 1:
            fixed = [re.escape(part) if number % 2 == 0 else f"(?P<{part}>.+?)" for number, part in enumerate(parts)]
            made.append((sum(map(len, parts[::2])), re.compile("".join(fixed), re.DOTALL), phrase))
    return tuple((pattern, phrase) for _length, pattern, phrase in sorted(made, key=lambda one: -one[0]))
