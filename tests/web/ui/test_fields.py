"""Fields are drawn from plain dictionaries and read back to the same value."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from tests.web.ui.pages import Page

from onething.web.ui.fields import FIELD_TYPES, errors_of, field_id, field_type, prepared, read_value
from onething.web.ui.jinja import Components

OPTIONS = [{"value": "1", "label": "男"}, {"value": "2", "label": "女"}]
DIVISIONS = [{"label": "海陵区"}, {"label": "泰州市海陵区"}]


def a_field(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "x", "type": kind, "label": "名称", "options": OPTIONS, **more}


def draw(made: dict[str, Any]) -> str:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    components = engine.env.globals["ui"]
    assert isinstance(components, Components)
    return components.field(made)


def posted(page: Page) -> QueryDict:
    """What a browser would send for the drawn controls, as they stand."""
    data = QueryDict(mutable=True)
    for name, value in page.form_values():
        data.appendlist(name, value)
    return data


@pytest.mark.parametrize("kind", [*FIELD_TYPES, "boolean", "choice"])
def test_label_hint_and_error_are_tied_to_the_control(kind: str) -> None:
    made = a_field(kind, hint="说明", error="填写名称")
    page = Page(draw(made))
    controls = page.controls()
    assert controls
    target = field_id(made)
    assert any(one["id"] == target for one in controls), "the summary leads nowhere"
    labels = {one.get("for") for one in page.all("label")}
    for one in controls:
        assert one["id"] in labels or "aria-label" in one, one
    tied = {tie for tag in page.tags for tie in tag.attributes.get("aria-describedby", "").split()}
    assert {"f-x-hint", "f-x-error"} <= tied
    assert tied <= set(page.ids())
    assert len(page.ids()) == len(set(page.ids()))
    assert "填写名称" in page.text
    assert not any("required" in one or "placeholder" in one for one in controls)


@pytest.mark.parametrize("kind", [*FIELD_TYPES, "boolean"])
def test_only_optional_is_marked(kind: str) -> None:
    assert "（选填）" in Page(draw(a_field(kind, required=False))).text
    assert "（选填）" not in Page(draw(a_field(kind))).text
    assert "*" not in Page(draw(a_field(kind))).text


@pytest.mark.parametrize("kind", [kind for kind in FIELD_TYPES if kind != "file"])
def test_read_only_is_text(kind: str) -> None:
    page = Page(draw(a_field(kind, value="1", readonly=True)))
    assert not page.controls()
    assert not page.all("label")


def test_choice_takes_the_control_that_fits() -> None:
    def many(count: int) -> list[dict[str, str]]:
        return [{"value": str(n), "label": f"第{n}个"} for n in range(count)]

    assert field_type({"name": "x", "type": "choice", "options": many(3)}) == "radio"
    assert field_type({"name": "x", "type": "choice", "options": many(15)}) == "select"
    assert field_type({"name": "x", "type": "choice", "options": many(16)}) == "search_select"
    assert field_type({"name": "x", "type": "choice", "options": many(3), "multiple": True}) == "checkbox"


def test_a_type_nobody_draws_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        prepared({"name": "x", "type": "colour", "label": "颜色"})


SIGNS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=40)


@given(SIGNS)
def test_text_comes_back_as_it_was(value: str) -> None:
    for kind in ("text", "name", "long_text", "address"):
        made = a_field(kind, value=value)
        page = Page(draw(made))
        assert read_value(posted(page), made) == value.strip()


@given(st.dates())
def test_dates_come_back_as_they_were(day: Any) -> None:
    value = day.isoformat()
    for kind, stored in (("date", value), ("month", value[:7]), ("datetime", f"{value} 09:05")):
        made = a_field(kind, value=stored)
        assert read_value(posted(Page(draw(made))), made) == stored


def test_a_native_date_is_read_too() -> None:
    made = a_field("date", native=True, value="2026-11-03")
    assert read_value(posted(Page(draw(made))), made) == "2026-11-03"


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("x-year=2026&x-month=3&x-day=5", "2026-03-05"),
        ("x-year=&x-month=&x-day=", ""),
        ("x-year=2026&x-month=&x-day=5", "2026--05"),
        ("x-year=2026&x-month=三&x-day=5", "2026-三-05"),
        ("", ""),
    ],
)
def test_half_a_date_stays_half(sent: str, value: str) -> None:
    """The rules can then say which part is missing, and nothing typed is lost."""
    assert read_value(QueryDict(sent), a_field("date")) == value
    parts = prepared(a_field("date", value=value))
    assert [parts["year"], parts["month"], parts["day"]] == ((value or "--").split("-"))


def test_choices_come_back() -> None:
    for value in ("1", "2"):
        for kind in ("radio", "select", "search_select"):
            made = a_field(kind, value=value)
            assert read_value(posted(Page(draw(made))), made) == value
    made = a_field("checkbox", value=["1", "2"])
    assert read_value(posted(Page(draw(made))), made) == ["1", "2"]
    made = {"name": "x", "type": "boolean", "label": "挂招牌吗", "value": True}
    assert read_value(posted(Page(draw(made))), made) == "true"
    assert read_value(QueryDict(""), a_field("radio")) == ""


def test_an_address_is_cut_at_its_longest_place() -> None:
    made = a_field("address", divisions=DIVISIONS, value="泰州市海陵区鼓楼路1号")
    parts = prepared(made)
    assert (parts["division"], parts["detail"]) == ("泰州市海陵区", "鼓楼路1号")
    assert read_value(posted(Page(draw(made))), made) == "泰州市海陵区鼓楼路1号"


def test_errors_in_the_order_of_the_fields() -> None:
    fields = [a_field("text"), a_field("date", name="y", error="填写日期"), a_field("radio", name="z", error="选一个")]
    assert errors_of(fields) == [{"id": "f-y-year", "text": "填写日期"}, {"id": "f-z-1", "text": "选一个"}]


def test_what_people_type_is_never_markup() -> None:
    nasty = '"><script>alert(1)</script>'
    for kind in FIELD_TYPES:
        drawn = draw(a_field(kind, value=nasty, hint=nasty, error=nasty, label=nasty))
        assert "<script" not in drawn
        assert escape(nasty) in drawn
