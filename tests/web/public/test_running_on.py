"""A new edition met on the pages: whichever page of the draft is opened next asks, in words, and nothing changes by itself."""

import pytest
from django.utils import timezone
from tests.cast import PLACE, RESIDENT, Name
from tests.factories.cases import OWNER_VALUES, make_world
from tests.factories.plans import SMALL_SHOP, changed_small_document
from tests.submission.test_renewal import ANSWER_GONE, CHOICE, FOOD, PAPER, RENAMED
from tests.web.public.walker import Walker

from onething.catalogue.services import publish
from onething.parties.models import Account
from onething.submission.models import Draft

pytestmark = pytest.mark.django_db

ASKS = "这件事的规定有新版本"


@pytest.fixture
def shop() -> Walker:
    """李梅 in her draft for the small shop, with the notice given and the sign that she wants typed."""
    make_world()
    Account.objects.update(is_demonstration=True)
    walker = Walker()
    walker.get(f"/accounts/sign-in/?next=/things/{SMALL_SHOP}/")
    walker.press({"account": RESIDENT[Name.APPLICANT].username})
    walker.begin(SMALL_SHOP)
    walker.press({"place": PLACE}, holding="place")
    walker.press({"q-food": "yes"}, holding="q-food")
    walker.get(f"{walker.draft}notice/")
    walker.get(f"{walker.draft}form/owner/")
    walker.press(OWNER_VALUES, holding="owner.trade_name")
    return walker


def publish_now(*changes: tuple[str, str]) -> None:
    now = timezone.now()
    publish([changed_small_document(*changes)], effective_at=now, at=now)


@pytest.mark.parametrize(
    "part", ["tasks/", "form/owner/", "materials/", "items/", "answers/", "questions/food/", "check/", "notice/"]
)
def test_the_next_page_of_a_draft_asks_whichever_it_is(shop: Walker, part: str) -> None:
    address = f"{shop.draft}{part}"
    assert ASKS not in shop.get(address).root.text
    publish_now(RENAMED)
    page = shop.get(address)
    (banner,) = [node for node in page.root.all("div", role="status") if ASKS in node.text]
    assert banner.all("a")[0].attrs["href"] == f"{shop.draft}edition/"


def test_it_says_what_changes_and_what_does_not_fit_and_keeps_the_rest(shop: Walker) -> None:
    publish_now(ANSWER_GONE, FOOD, CHOICE, PAPER)
    edition = Draft.objects.get().edition_id
    page = shop.get(f"{shop.draft}edition/")
    for words in (
        "要重新回答：卖不卖吃的？",
        "多交：消防说明",
        "要重新填：店主·店招底色",
        "别的回答、填好的内容和上传的文件都留着",
    ):
        assert words in page.text, words
    assert ASKS not in page.root.text.replace(page.text, ""), "the page that asks has no banner that asks"
    assert Draft.objects.get().edition_id == edition
    page = shop.press()
    assert page.path.endswith("/questions/food/")
    assert Draft.objects.get().edition_id != edition
    shop.press({"q-food": "no"}, holding="q-food")
    section = shop.get(f"{shop.draft}form/owner/")
    assert "原来填的是“䶮记”" in section.text


def test_a_new_edition_that_changes_nothing_for_this_situation_says_so(shop: Walker) -> None:
    publish_now(RENAMED)
    page = shop.get(f"{shop.draft}edition/")
    assert "都不变" in page.text
    assert "要重新" not in page.text


def test_who_does_not_move_goes_on_as_before(shop: Walker) -> None:
    publish_now(ANSWER_GONE, FOOD)
    page = shop.get(f"{shop.draft}edition/")
    shop.get(page.links["不换，还按原来的"])
    assert Draft.objects.get().answers == {"food": "yes"}
