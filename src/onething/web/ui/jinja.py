"""The template engine: Jinja2 with what every page may use. Why Jinja2: decision 0013.

In a template: `_()` and `{% trans %}` translate, `url()` and `static()` give addresses, `ui.NAME(…)` draws a component
(the macro NAME in ui/components/NAME.html), `ui.field(f)` draws a field from its plain dictionary.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

from django.contrib.messages import get_messages
from django.template.backends.utils import csrf_input
from django.template.defaultfilters import linebreaks_filter, linebreaksbr, urlencode
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from jinja2 import ChainableUndefined, Environment, Template

from onething.web.ui import formats
from onething.web.ui.addresses import link_to, static_address
from onething.web.ui.face import face_of
from onething.web.ui.fields import FIELD_TYPES, prepared

__all__ = ["Components", "PageEnvironment", "environment"]

# Made of a few words alone and drawn in every row of a list: kept by their words.
OF_WORDS: Final = frozenset({"deadline_light", "status_tag", "worklist_row"})
DRAWN_KEPT: Final = 5000
CHECK_OPTIONS: Final = (("yes", "符合"), ("no", "不符合"), ("na", "不适用"))


# The language of the page being drawn: asked once per page, because Django's own answer costs more than the word.
_language: ContextVar[str | None] = ContextVar("language", default=None)


class PageTemplate(Template):
    """A template that asks for the reader's language once, and masks the token of its forms once."""

    def render(self, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401  # as Jinja2 has it
        """Draw the page."""
        given = dict(*args, **kwargs)
        if (request := given.get("request")) is not None:
            # Django masks it anew for every form; a page has up to six. One that draws no form must not ask for it at all.
            given["csrf_input"] = SimpleLazyObject(lambda: csrf_input(request))
        token = _language.set(translation.get_language() or "")
        try:
            return super().render(given)
        finally:
            _language.reset(token)


class PageEnvironment(Environment):
    """Looks into a dictionary by key first, as pages mean it: `row.items` is the value, not the method."""

    template_class = PageTemplate

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # whatever a page is given
        """The entry of a dictionary, else what Jinja2 finds."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Components:
    """The namespace `ui` in templates. Raises TemplateNotFound for a component that does not exist."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Callable[..., str]:
        drawn = self._macro(f"ui/components/{name}.html", name)
        if name in OF_WORDS:
            drawn = _kept(drawn)
        if not self._environment.auto_reload:
            setattr(self, name, drawn)
        return drawn

    def _macro(self, template: str, name: str) -> Callable[..., str]:
        found: Template = self._environment.get_template(template)
        macro: Callable[..., str] = getattr(found.module, name)
        return macro

    def field(self, given: Mapping[str, Any]) -> str:
        """Draw one field from a plain dictionary; its type names the macro in ui/components/fields.html."""
        made = prepared(given)
        return self._macro("ui/components/fields.html", FIELD_TYPES[made["kind"]])(made)

    @staticmethod
    def select_field(
        name: str,
        label: str,
        options: Sequence[Mapping[str, Any]],
        value: object = "",
        fallback: str = "opinion_template",
    ) -> dict[str, Any]:
        """A select field made inside a component, such as the choice of a template."""
        return {"name": name or fallback, "type": "select", "label": label, "options": options, "value": value}

    @staticmethod
    def check_options(point: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The answers of one point of a checklist, each with its own id."""
        given = point.get("options") or [
            {"value": value, "label": translation.gettext(label)} for value, label in CHECK_OPTIONS
        ]
        return [
            {
                **option,
                "id": f"{point['id']}-{number}",
                "checked": str(point.get("value") or "") == str(option["value"]),
            }
            for number, option in enumerate(given, start=1)
        ]

    @staticmethod
    def deadline_rule() -> str:
        """The rule behind the lights (ux e1), in one place."""
        return translation.gettext(
            "● 正常；▲ 临期：剩余时间不到三分之一，或不到1个工作日；■ 超期：过了办结日期；‖ 暂停计时：在等特别程序或等您补充。只算工作日。"
        )


@lru_cache(maxsize=10_000)
def _translated(language: str, text: str) -> str:
    del language  # only tells two languages apart
    return translation.gettext(text)


def _kept(draw: Callable[..., str]) -> Callable[..., str]:
    """A component whose drawing depends on nothing but its words and the language."""

    @lru_cache(maxsize=DRAWN_KEPT)
    def drawn(language: str, **words: Hashable) -> str:
        del language  # only tells two languages apart
        return draw(**words)

    def component(**words: Hashable) -> str:
        return drawn(_language.get() or "", **words)

    return component


def _gettext(text: str) -> str:
    """`_()` of templates. Kept by language: a list says the same words in every row."""
    language = _language.get()
    return _translated(translation.get_language() or "" if language is None else language, str(text))


def _unit(number: object, word: str) -> str:
    """A number with its unit, never broken over two lines: {{ 5|unit("个工作日") }}."""
    return "" if number is None or number == "" else format_html('<span class="ys-nowrap">{}{}</span>', number, word)


def _plain_number(text: object) -> object:
    """03 becomes 3 in the small inputs of a date; anything that is no number stays as it was typed."""
    return str(int(text)) if isinstance(text, str) and text.isdecimal() else text


def _written(write: Callable[..., str]) -> Callable[..., str]:
    """A filter that writes nothing for what is not there."""

    def filtered(value: Any, *more: Any) -> str:  # noqa: ANN401  # what the filter writes
        return "" if value is None or value == "" else write(value, *more)

    return filtered


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    **{
        write.__name__: _written(write)
        for write in (
            formats.prose_date,
            formats.table_date,
            formats.time_of_day,
            formats.money,
            formats.mask_id,
            formats.mask_phone,
            formats.mask_name,
            formats.due_text,
            formats.file_size,
        )
    },
    "unit": _unit,
    "plain_number": _plain_number,
    "linebreaks": linebreaks_filter,
    "linebreaksbr": linebreaksbr,
    "urlencode": urlencode,
}


def environment(**options: Any) -> Environment:  # noqa: ANN401  # what Django hands over
    """What settings.TEMPLATES names. A name a page was not given is empty, as a missing option of a component is."""
    made = PageEnvironment(**{**options, "undefined": ChainableUndefined, "extensions": ["jinja2.ext.i18n"]})
    made.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        _gettext, translation.ngettext
    )
    made.filters.update(FILTERS)
    # `_` in place of the extension's own, which looks it up in the page's context at every call.
    made.globals.update(
        _=_gettext, url=link_to, static=static_address, face_of=face_of, get_messages=get_messages, ui=Components(made)
    )
    return made
