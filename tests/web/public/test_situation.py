"""Questions: one per screen, a reason, a way out, and no answer that changes something unsaid (a5, b1)."""

from tests.cast import PLACE
from tests.web.public.walker import NEWBORN, RESTAURANT, Walker

from onething.submission.models import Draft


def test_nobody_needs_to_sign_in_to_be_told(walker: Walker) -> None:
    walker.begin("newborn")
    assert walker.page.path.endswith("/place/")
    walker.tell(NEWBORN)
    draft = Draft.objects.get()
    assert draft.account is None
    assert draft.session_key
    assert draft.answers["settle-with"] == "mother"
    assert draft.place == PLACE


def test_every_question_says_why_and_leads_whoever_is_unsure(walker: Walker) -> None:
    walker.begin("restaurant-start")
    walker.press({"place": PLACE})
    seen = 0
    while "/questions/" in walker.page.path:
        key = walker.page.path.rstrip("/").rsplit("/", 1)[-1]
        here = walker.page.path
        assert "为什么问" in walker.page.text
        assert f"第{seen + 2}步" in walker.page.text
        assert walker.queries <= 6
        name = f"q-{key}"
        form = walker.page.forms[0]
        page = walker.send(form, {name: "?"}) if name in form.options else walker.get(walker.page.links["不确定怎么填"])
        assert page.path == f"{here}unsure/"
        assert page.heading == "不确定，可以这样看"
        assert "12345" in page.text
        walker.get(page.links["回到这个问题"])
        assert walker.page.path == here
        walker.press({name: RESTAURANT[key]})
        seen += 1
    assert seen >= 10


def test_no_answer_gets_words_that_say_what_to_do(walker: Walker) -> None:
    walker.begin("restaurant-start")
    page = walker.press({}, status=422)
    assert page.errors == ["选择在哪里办"]
    walker.press({"place": PLACE})
    page = walker.press({}, status=422)
    assert page.errors == ["选一个；拿不准，选“不确定”"]
    assert page.title.startswith("错误：")
    walker.press({"q-has-licence": "licence-none"})
    page = walker.press({"q-dishes": ["hot", "prepacked"]}, status=422)
    assert page.errors == ["选了“只把买来的包装食品加热、拼一拼”，就不能再选别的"]
    assert page.forms[0].data["q-dishes"] == ["hot", "prepacked"]
    walker.press({"q-dishes": ["hot"]})
    walker.press({"q-online": "online-no"})
    for typed, told in (("", "只写整数，例如 86"), ("很大", "只写整数，例如 86"), ("0", "不能小于1平方米")):
        assert walker.press({"q-area": typed}, status=422).errors == [told]
    walker.press({"q-area": "８６平方米"})
    assert Draft.objects.get().answers["area"] in (86, "86")


def test_a_changed_answer_shows_first_what_it_changes(walker: Walker) -> None:
    walker.begin("restaurant-start")
    walker.tell(RESTAURANT)
    walker.get(f"{walker.draft}questions/tobacco/?from=answers")
    page = walker.press({"q-tobacco": "tobacco-yes"})
    assert page.heading == "改成这个回答，会有这些变化"
    assert "多办：" in page.text
    assert "烟草" in page.text
    assert Draft.objects.get().answers["tobacco"] == "tobacco-no"
    page = walker.press()
    assert Draft.objects.get().answers["tobacco"] == "tobacco-yes"
    assert page.heading == "您的回答"


def test_the_gate_leads_to_the_single_items(walker: Walker) -> None:
    walker.begin("newborn")
    page = walker.tell(NEWBORN | {"claim-time": "over-1-year"})
    assert page.path.endswith("/single/")
    assert page.heading == "您的情况请一件一件单独办"
    assert "已满1周岁" in page.text
    item = walker.get(page.links["出生登记公安部门"] if "出生登记公安部门" in page.links else page.links["出生登记"])
    assert item.heading == "出生登记"
    assert "户口登记条例" in item.text
    walker.get(f"/drafts/{Draft.objects.get().pk}/single/")
    back = next(href for words, href in walker.page.links.items() if words.startswith("修改"))
    walker.get(back)
    walker.press({"q-claim-time": "within-1-month"})
    walker.press()
    assert not walker.page.path.endswith("/single/")


def test_a_strangers_draft_answers_nobody(walker: Walker) -> None:
    walker.begin("newborn")
    draft = walker.draft
    stranger = Walker()
    stranger.get(f"{draft}place/")
    assert "/accounts/sign-in/" in stranger.page.path
    stranger.press({"account": "zhouhang"}, status=404)
    assert stranger.client.get(f"{draft}place/").status_code == 404
    assert stranger.client.get(f"{draft}answers/").status_code == 404
    assert stranger.client.get(f"{draft}notice/").status_code == 404


def test_the_preview_stores_nothing(walker: Walker) -> None:
    walker.begin("restaurant-start")
    walker.press({"place": PLACE})
    response = walker.client.get(f"{walker.draft}questions/has-licence/consequence/", {"q-has-licence": "licence-none"})
    assert "企业设立登记" in response.content.decode()
    assert Draft.objects.get().answers == {}
