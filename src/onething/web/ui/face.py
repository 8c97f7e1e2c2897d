"""What the frame of every page knows: who runs the site, the mode of the reader, where the fixed links lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onething.web.ui.addresses import link_to

__all__ = ["MODES", "MODE_COOKIE", "Face", "face_of", "modes_of"]

MODE_COOKIE: Final = "ys_mode"
MODES: Final = ("elder", "contrast")

# Where the fixed links lead when a face does not (yet) bring the named address.
LINKS: Final[Mapping[str, tuple[str, str]]] = {
    "home": ("public:home", "/"),
    "zone": ("public:zone", "/"),
    "mine": ("public:mine", "/"),
    "gallery": ("ui:gallery", "/ui/components/"),
    "identify": ("ui:identify", "/ui/identify/"),
    "accessibility": ("ui:accessibility", "/ui/accessibility/"),
    "help": ("ui:help", "/ui/help/"),
    "stay": ("ui:stay", "/ui/stay/"),
}


@dataclass(frozen=True, slots=True)
class ModeLink:
    """One switch in the strip: its words say what pressing it does."""

    key: str
    label: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The way to the same page in another language, named in that language."""

    code: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Face:
    """The frame's facts. Built once per page by the tag `ui_face`; needs no database and no context processor."""

    site_name: str
    place_name: str
    mode: str
    is_demo: bool
    links: Mapping[str, str]
    mode_links: tuple[ModeLink, ...]
    language: str
    language_links: tuple[LanguageLink, ...]
    footer: Mapping[str, str]
    version: str

    @property
    def is_elder(self) -> bool:
        """Whether the reader uses 长辈版."""
        return "elder" in self.mode.split()


def modes_of(request: HttpRequest | None) -> tuple[str, ...]:
    """The reader's modes from the cookie, in fixed order; anything unknown in it is ignored."""
    raw = request.COOKIES.get(MODE_COOKIE, "") if request is not None else ""
    chosen = set(raw.replace("+", " ").split())
    return tuple(mode for mode in MODES if mode in chosen)


def _link(name: str) -> str:
    page, fallback = LINKS[name]
    try:
        return link_to(page)
    except NoReverseMatch:
        return fallback


def _mode_links(modes: tuple[str, ...], back: str) -> tuple[ModeLink, ...]:
    words = {
        "elder": (_("长辈版"), _("退出长辈版")),
        "contrast": (_("高对比"), _("退出高对比")),
    }
    made = []
    for mode in MODES:
        is_on = mode in modes
        query = urlencode({"mode": mode, "on": "0" if is_on else "1", "next": back})
        made.append(ModeLink(mode, words[mode][int(is_on)], f"{_mode_address()}?{query}", is_on))
    return tuple(made)


def _mode_address() -> str:
    try:
        return link_to("ui:mode")
    except NoReverseMatch:
        return "/ui/mode/"


def _language_links(back: str) -> tuple[LanguageLink, ...]:
    page = link_to("ui:language")
    return tuple(
        LanguageLink(code, name, f"{page}?{urlencode({'language': code, 'next': back})}")
        for code, name in settings.LANGUAGES
        if code != get_language()
    )


def _version() -> str:
    try:
        return version("onething")
    except PackageNotFoundError:
        return ""


VERSION: Final = _version()


def face_of(request: HttpRequest | None) -> Face:
    """Build the frame's facts; without a request (a failing server) the defaults stand."""
    modes = modes_of(request)
    back = request.get_full_path() if request is not None else "/"
    return Face(
        site_name=getattr(settings, "ONETHING_SITE_NAME", "") or _("泰州市一件事一次办"),
        place_name=getattr(settings, "ONETHING_PLACE_NAME", "") or _("江苏省泰州市"),
        mode=" ".join(modes),
        is_demo=bool(getattr(settings, "ONETHING_DEMO", False)),
        links={name: _link(name) for name in LINKS},
        mode_links=_mode_links(modes, back),
        language=get_language() or settings.LANGUAGE_CODE,
        language_links=_language_links(back),
        footer=getattr(settings, "ONETHING_FOOTER", {}),
        version=VERSION,
    )
