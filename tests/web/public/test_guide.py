"""The guide: whose published figure is shown, and what is saved, one situation after the other."""

import pytest
from django.utils import timezone
from tests.factories.parties import make_town
from tests.factories.plans import SMALL_SHOP, changed_small_document
from tests.web.public.walker import Walker

from onething.catalogue.services import publish

pytestmark = pytest.mark.django_db

SOURCED = ("promised_working_days: 4", "promised_working_days: 4\npromised_source: S1")
ELSEWHERE = ("date: '2026-01-01', place: 全国}", "date: '2026-01-01', place: 上海}")
EXAMPLES = (
    "\nparties:",
    "\nexamples:\n  - {name: 卖吃的, answers: {food: 'yes'}}\n  - {name: 不卖吃的, answers: {food: 'no'}}\nparties:",
)


def guide(*changes: tuple[str, str]) -> Walker:
    now = timezone.now()
    make_town()
    publish([changed_small_document(*changes)], effective_at=now, at=now)
    walker = Walker()
    walker.get(f"/things/{SMALL_SHOP}/")
    return walker


def test_a_figure_of_another_city_is_said_to_be_that_citys_with_its_source() -> None:
    text = guide(SOURCED, ELSEWHERE).page.text
    assert "上海公布的目标是4个工作日，只供对照。来源：测试，测试用的依据" in text
    assert "公布的目标是 4" not in text


def test_a_figure_of_nobody_knows_whom_is_said_to_be_that() -> None:
    assert "不知道哪里公布的目标是4个工作日，只供对照。" in guide().page.text


def test_of_several_situations_one_table_is_open_and_each_has_its_title() -> None:
    page = guide(EXAMPLES).page
    folded = [node for node in page.main.all("details") if node.all("table")]
    assert ["open" in node.attrs for node in folded] == [True, False]
    titles = [" ".join(node.all("summary")[0].text.split()) for node in folded]
    assert titles == ["比如：卖吃的，4 件事。", "比如：不卖吃的，3 件事。"]
    assert page.text.count("一起办省多少") == 1
    assert page.text.count("怎么数的") == 1
    assert len(page.main.all("table")) == 2
