"""The fonts of documents: named in settings, taken from a package, or found on the system; checked before use.

Settings, all optional: ONETHING_FONT_PATHS (folders of the operator's own fonts), ONETHING_FONTS_BODY and
ONETHING_FONTS_HEADING (families by preference). Without folders the package `mplfonts` is used when it is installed,
so that a document has the same bytes on any machine; only then the system's fonts. The check draws rare characters
and compares them with the box a font draws for what it does not know.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings
from PIL import ImageFont

__all__ = ["RARE", "FontProblem", "FontSet", "font_set"]

RARE = "䶮㛃𬀩"
# A character of no script: whatever a font draws for it, it draws for all it does not know.
UNKNOWN = "\U000ffffd"
BODY = ("FangSong", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC")
HEADING = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "SimHei")
REMEDY = (
    "Install a font that has them (Debian: fonts-noto-cjk; PyPI: mplfonts, without its dependencies) or name the folder"
    " of one in ONETHING_FONT_PATHS and its family in ONETHING_FONTS_BODY and ONETHING_FONTS_HEADING."
)


class FontProblem(RuntimeError):
    """Documents would lack characters of people's names. The message says what to install or set."""


@dataclass(frozen=True)
class FontSet:
    """Fonts ready for typst, and the families that exist among the preferred ones."""

    fonts: typst.Fonts
    body: tuple[str, ...]
    heading: tuple[str, ...]
    places: tuple[str, ...]

    def everything(self) -> typst.Fonts:
        """Also what the system has: for a character the chosen fonts lack."""
        return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=list(self.places))


def font_set() -> FontSet:
    """The fonts of this installation, looked up and checked once per process. Raises FontProblem."""
    return _font_set(
        tuple(map(str, getattr(settings, "ONETHING_FONT_PATHS", ()))),
        tuple(getattr(settings, "ONETHING_FONTS_BODY", BODY)),
        tuple(getattr(settings, "ONETHING_FONTS_HEADING", HEADING)),
    )


@functools.lru_cache(maxsize=4)
def _font_set(paths: tuple[str, ...], body: tuple[str, ...], heading: tuple[str, ...]) -> FontSet:
    if missing := [path for path in paths if not Path(path).exists()]:
        msg = f"ONETHING_FONT_PATHS names {missing[0]}, which does not exist."
        raise FontProblem(msg)
    places = list(paths) or _package_folder()
    fonts = typst.Fonts(include_system_fonts=not places, include_embedded_fonts=False, font_paths=places)
    families = set(fonts.families())
    for use, names in (("body", body), ("heading", heading)):
        _check(fonts, names, use)
    return FontSet(
        fonts,
        tuple(name for name in body if name in families),
        tuple(name for name in heading if name in families),
        tuple(places),
    )


def _package_folder() -> list[str]:
    """The fonts of `mplfonts`, found without importing it: its code needs a plotting library nobody installs here."""
    spec = find_spec("mplfonts")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "fonts"
        if folder.is_dir():
            return [str(folder)]
    return []


def _check(fonts: typst.Fonts, names: Iterable[str], use: str) -> None:
    """The first family that exists draws most characters; together they must draw the rare ones."""
    missing = set(RARE)
    for info in fonts.fonts():
        if info.path and info.family in names and missing:
            missing -= _drawn(info.path, info.index, missing)
    if missing:
        lacking = "".join(character for character in RARE if character in missing)
        msg = f"No font for {use} text has the characters {lacking}, which occur in names. {REMEDY}"
        raise FontProblem(msg)


def _drawn(path: str, index: int, characters: set[str]) -> set[str]:
    font = ImageFont.truetype(path, 24, index=index)
    box = _picture(font, UNKNOWN)
    return {character for character in characters if _picture(font, character) != box}


def _picture(font: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)
