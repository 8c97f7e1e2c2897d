"""A question asked of each instance of a party: one screen per person, saying whose; the answers stay apart (R2.3.a)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cast import AT, PLACE
from tests.factories import plans
from tests.factories.parties import make_town
from tests.web.public.walker import Walker

from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.services import publish
from onething.submission.models import Draft

pytestmark = pytest.mark.django_db

QUESTIONS = """
  - key: clerks
    question: 有几位店员？
    why: 每位店员要体检
    type: number
    min: 1
    max: 3
  - key: checked
    question: 体检过了没有？
    why: 没有的要先体检
    per: staff
    options:
      - {value: 'yes', label: 体检过了}
      - {value: 'no', label: 还没有}
    fills:
      - {of: 店员, element: health_certificate_no, map: {'yes': 已体检, 'no': 未体检}}
parties:"""
# What the answers tell of each, beside what the food permit asks of each.
ASKED = "      - {key: staff_phone,"
TOLD = "      - {key: staff_checked, label: 体检结果, type: text, required: false, element: health_certificate_no, of: 店员}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Walker:
    """Somebody who opens the small shop with as many clerks as are said, each asked about the health check."""
    text = Path(plans.__file__).with_name("small_shop.yaml").read_text(encoding="utf-8")
    text = text.replace("\nparties:", QUESTIONS, 1).replace("min: 1, max: 3}", "min: 1, max: 3, count: clerks}", 1)
    text = text.replace(ASKED, TOLD + ASKED, 1)
    file = tmp_path / "small_shop.yaml"
    file.write_text(text, encoding="utf-8")
    catalogue = load(file, words=SHIPPED)
    assert [one.sentence() for one in catalogue.findings if one.severity == "error"] == []
    make_town("market", "health", "public-security")
    publish([catalogue.things[plans.SMALL_SHOP].document], effective_at=AT, at=AT)
    walker = Walker()
    walker.begin(plans.SMALL_SHOP)
    walker.press({"place": PLACE}, holding="place")
    walker.press({"q-food": "yes"}, holding="q-food")
    walker.press({"q-clerks": "2"}, holding="q-clerks")
    return walker


def stored() -> Mapping[str, Any]:
    answers: Mapping[str, Any] = Draft.objects.get().answers
    return answers


def test_each_person_has_a_screen_that_says_whose_it_is(shop: Walker) -> None:
    assert shop.page.path.endswith("/questions/checked/of/staff-1/")
    assert shop.page.heading == "店员1：体检过了没有？"
    page = shop.press({"q-checked": "yes"}, holding="q-checked")
    assert page.heading == "店员2：体检过了没有？"
    assert stored()["checked"] == {"staff-1": "yes"}
    page = shop.press({"q-checked": "no"}, holding="q-checked")
    assert "/questions/" not in page.path
    assert stored()["checked"] == {"staff-1": ["yes"], "staff-2": "no"}


def test_the_answers_are_listed_and_changed_one_by_one(shop: Walker) -> None:
    shop.press({"q-checked": "yes"}, holding="q-checked")
    shop.press({"q-checked": "yes"}, holding="q-checked")
    page = shop.get(f"{shop.draft}answers/")
    for words in ("店员1：体检过了没有？", "店员2：体检过了没有？"):
        assert words in page.text
    change = next(href for href in page.links.values() if "/of/staff-2/" in href)
    page = shop.get(change)
    assert page.heading == "店员2：体检过了没有？"
    page = shop.press({"q-checked": "no"}, holding="q-checked")
    if any("confirmed" in form.data for form in page.forms):
        shop.press(holding="confirmed")
    answers = stored()["checked"]
    assert [answers["staff-1"], answers["staff-2"]] == [["yes"], "no"]


def test_what_an_answer_tells_of_each_stands_with_him(shop: Walker) -> None:
    shop.press({"q-checked": "yes"}, holding="q-checked")
    shop.press({"q-checked": "no"}, holding="q-checked")
    shop.get(f"{shop.draft}tasks/")
    shop.press({"display_name": "阿依古丽·买买提"}, holding="display_name")
    page = shop.get(f"{shop.draft}form/staff/")
    assert [page.text.count(words) for words in ("店员1：体检结果", "店员2：体检结果")] == [1, 1]
    page = shop.get(f"{shop.draft}check/")
    first, second = page.text.partition("店员1 店员姓名")[2].split("店员2 店员姓名")
    assert "店员1的健康证明" in page.text
    assert [block.count(words) for block in (first, second) for words in ("已体检", "未体检")] == [1, 0, 0, 1]


def test_not_sure_wrong_and_unknown_instances(shop: Walker) -> None:
    page = shop.press({"q-checked": "?"}, holding="q-checked")
    assert page.path.endswith("/questions/checked/of/staff-1/unsure/")
    shop.get(f"{shop.draft}questions/checked/of/staff-1/")
    assert shop.press({"q-checked": None}, holding="q-checked", status=422).errors
    assert shop.client.get(f"{shop.draft}questions/checked/of/staff-3/").status_code == 404
    assert shop.get(f"{shop.draft}questions/checked/").heading == "店员1：体检过了没有？"


def test_a_person_fewer_takes_the_answer_along(shop: Walker) -> None:
    shop.press({"q-checked": "yes"}, holding="q-checked")
    shop.press({"q-checked": "no"}, holding="q-checked")
    page = shop.get(f"{shop.draft}questions/clerks/?from=answers")
    page = shop.press({"q-clerks": "1"}, holding="q-clerks")
    if any("confirmed" in form.data for form in page.forms):
        shop.press(holding="confirmed")
    page = shop.get(f"{shop.draft}answers/")
    assert "店员：体检过了没有？" in page.text
    assert "店员2" not in page.text
