"""Papers that may follow (容缺): what the receipt and the case's page say, handing in, refusals, and who sees it (R2.5.c, b5, I10)."""

import io

import pytest
from django.utils import timezone
from tests.web.public.filling import fill_form
from tests.web.public.walker import RESTAURANT, Walker, photo

from onething.cases.models import ItemCase, MaterialInstance, OneThingCase
from onething.dispatch.services import finish_check, not_accept_item
from onething.kit.documents import pdf_words
from onething.parties.models import Account, Officer
from onething.submission.models import Draft
from onething.submission.services import checklist_of


@pytest.fixture
def owner(walker: Walker) -> Walker:
    """王大勇 has handed in his restaurant's application without what may follow."""
    walker.begin("restaurant-start")
    page = walker.tell({**RESTAURANT, "has-licence": "licence-ok"})
    walker.get(page.links["登录后填写"])
    walker.sign_in("wangdayong")
    fill_form(walker)
    draft = Draft.objects.get(case=None)
    later = {one.key for one in checklist_of(draft, at=timezone.now()).uploads if one.deferred}
    page = walker.get(f"{walker.draft}materials/")
    for seed, form in enumerate(one for one in page.forms if "files" in one.options and one.data["key"] not in later):
        walker.send(form, {"files": photo(seed=seed)})
    promises = [one for one in walker.page.forms if "promised" in one.options]
    walker.send(promises[0], {"promised": promises[0].options["promised"]})
    walker.get(f"{walker.draft}check/")
    walker.press({"declared": "yes"}, holding="declared")
    return walker


def lacking() -> MaterialInstance:
    return MaterialInstance.objects.filter(obtained="submit", file=None).order_by("pk")[0]


def asking(case: OneThingCase, paper: MaterialInstance) -> ItemCase:
    """The item that asks the paper, begun: what it waited for is done."""
    for first in ItemCase.objects.filter(case=case, trigger="check", state="received").select_related("organisation"):
        finish_check(item_id=first.pk, officer=reviewer(first), at=timezone.now())
    item = ItemCase.objects.select_related("organisation").get(case=case, key__in=paper.items)
    assert item.state == "received"
    return item


def reviewer(item: ItemCase) -> Officer:
    offices = Officer.objects.filter(organisation=item.organisation, role=Officer.Role.REVIEWER)
    return offices.select_related("account", "organisation")[0]


def test_the_receipt_says_what_is_still_to_be_handed_in(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    assert "还要补交的材料" in owner.page.text
    assert paper.name in owner.page.text
    assert owner.page.links["去补交"].endswith(f"/cases/{case.number}/#follow")
    words = pdf_words(owner.download(owner.page.links["下载回执（PDF）"]))
    assert "还要补交的材料" in words
    assert paper.name in words


def test_the_page_of_the_case_asks_for_it_and_takes_it(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    page = owner.get(f"/cases/{case.number}/")
    assert owner.queries <= 9
    before = MaterialInstance.objects.filter(case=case, obtained="submit", file=None).count()
    assert f"还有{before}份材料要补交" in page.text
    assert "要用的事" in page.text
    assert "为什么要交，依据是什么" in page.text
    form = next(one for one in page.forms if one.data.get("key") == paper.key)
    page = owner.send(form, {"files": photo(seed=77)})
    assert "已经补交1个文件" in page.text
    assert ("还要补交的材料" in page.text) == (before > 1)
    paper.refresh_from_db()
    assert paper.file is not None
    assert paper.followed_at is not None
    assert owner.download(f"/cases/{case.number}/papers/{paper.pk}/").startswith(b"\xff\xd8")
    assert paper.name not in owner.get(f"/cases/{case.number}/receipt/").text


def test_the_same_checks_hold_as_before_the_submission(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    page = owner.get(f"/cases/{case.number}/")
    form = next(one for one in page.forms if one.data.get("key") == paper.key)
    text = io.BytesIO(b"plain words")
    text.name = "a.txt"
    for files in (None, text):
        page = owner.send(form, {"files": files}, status=422)
        assert len(page.errors) == 1
        assert page.title.startswith("错误：")
    assert not MaterialInstance.objects.filter(pk=paper.pk, file__isnull=False).exists()


def test_what_needs_it_has_ended_so_it_is_refused_in_clear_words(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    page = owner.get(f"/cases/{case.number}/")
    form = next(one for one in page.forms if one.data.get("key") == paper.key)
    item = asking(case, paper)
    not_accept_item(item_id=item.pk, officer=reviewer(item), right_body="住建局", reason="归住建局", at=timezone.now())
    page = owner.send(form, {"files": photo(seed=77)}, status=422)
    assert "已经办结或者撤回，这份材料不用再交" in page.errors[0]
    assert paper.name not in owner.get(f"/cases/{case.number}/").text


def test_nobody_else_hands_in_or_looks(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    page = owner.get(f"/cases/{case.number}/")
    form = next(one for one in page.forms if one.data.get("key") == paper.key)
    owner.send(form, {"files": photo(seed=77)})
    stranger = Walker()
    stranger.client.force_login(Account.objects.get(username="zhouhang"))
    stranger.client.handler.enforce_csrf_checks = False
    data = {"key": paper.key, "subject": paper.subject, "files": photo(seed=78)}
    assert stranger.client.post(f"/cases/{case.number}/", data).status_code == 404
    assert stranger.client.get(f"/cases/{case.number}/papers/{paper.pk}/").status_code == 404
    assert MaterialInstance.objects.filter(case=case, key=paper.key).count() == 1


def test_the_reviewer_sees_it_like_any_other_paper_and_when_it_came(owner: Walker) -> None:
    case, paper = OneThingCase.objects.get(), lacking()
    item = asking(case, paper)
    desk = Walker()
    desk.client.force_login(reviewer(item).account)
    assert "申请人还没有交，可以后补" in desk.get(f"/review/tasks/{item.number}/").text
    form = next(one for one in owner.get(f"/cases/{case.number}/").forms if one.data.get("key") == paper.key)
    owner.send(form, {"files": photo(seed=77)})
    page = desk.get(f"/review/tasks/{item.number}/")
    assert f"补交于{timezone.localdate().isoformat()}" in page.text
    assert desk.download(f"/review/tasks/{item.number}/materials/{paper.pk}/").startswith(b"\xff\xd8")
