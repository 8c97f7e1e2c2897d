"""The whole way without script, as a new visitor: from the guide to the receipt."""

from tests.web.public.filling import fill_form, hand_in
from tests.web.public.walker import NEWBORN, RESTAURANT, Walker

from onething.cases.models import OneThingCase


def test_a_mother_applies_for_her_newborn(walker: Walker) -> None:
    walker.begin("newborn")
    page = walker.tell(NEWBORN)
    assert page.heading == "新生儿出生一件事：为您列好了"
    walker.get(page.links["登录后填写"])
    page = walker.sign_in("limei")
    assert page.path.endswith("/tasks/")
    fill_form(walker)
    hand_in(walker)
    walker.get(f"{walker.draft}check/")
    page = walker.press({"declared": "yes"}, holding="declared")
    case = OneThingCase.objects.get()
    assert case.number in page.text
    assert page.path == f"/cases/{case.number}/receipt/"
    assert "遇到困难" in page.root.text


def test_an_owner_opens_a_restaurant(walker: Walker) -> None:
    walker.begin("restaurant-start")
    page = walker.tell(RESTAURANT)
    walker.get(page.links["登录后填写"])
    walker.sign_in("wangdayong")
    fill_form(walker)
    hand_in(walker)
    walker.get(f"{walker.draft}check/")
    page = walker.press({"declared": "yes"}, holding="declared")
    assert page.heading.endswith("申请已提交")
