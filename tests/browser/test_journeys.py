"""The main job, seen to its end in a browser: told once, filled in once, handed in once; every body decides; all results.

Each one-thing in its hardest everyday shape, on a phone and at a desk. On the phone the bodies decide in their own pages too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.desks import decide_by_verbs, decide_in_pages
from tests.browser.journey import Look, answer_all, fill_form, submit, to_questions, upload_all
from tests.web.public.walker import DEATH, NEWBORN, RESTAURANT

from onething.cases.models import ItemCase, OneThingCase
from onething.delivery.models import ResultDocument

pytestmark = pytest.mark.browser
DESK = 1366


@dataclass(frozen=True)
class Told:
    """Who comes with what: the words searched for, the one-thing found, the answers, of whom there are several, which bodies.

    Without a user name it is somebody new. `closely` looks at every single page instead of every kind of page.
    """

    words: str
    thing: str
    username: str
    answers: Mapping[str, Any]
    rows: Mapping[str, int] = field(default_factory=dict)
    bodies: int = 2
    closely: bool = False


HOME = Told(
    "买房过户", "二手房转移登记及水电气联动过户一件事", "limei",
    {
        "transfer-cause": "sale", "payment": "mortgage", "seller-mortgage": "release", "ownership": "joint", "buyer-count": "2",
        "features": ["none"], "tax-relief": "first-home", "buyer-spouse": "co-owner", "agent": ["self"],
        "utilities": ["water", "electricity", "gas"],
    },
    rows={"buyer": 2, "seller": 2}, bodies=5,
)  # fmt: skip
COMPANY = Told(
    "开公司", "企业开办一件事", "wangdayong",
    {
        "company-type": "limited", "shareholders": "3",
        "shareholder-kind": {"shareholder-1": "natural", "shareholder-2": "natural", "shareholder-3": "legal"},
        "premises": "rent", "extras": ["seal", "invoice", "bank"], "taxpayer-type": "general", "hire-now": "hire-yes",
        "contacts": "contacts-own", "agent": "delegate", "name-ready": "declare-now", "pre-approval": "no-pre-approval",
    },
    rows={"shareholder": 3, "officer": 3, "employee": 2}, bodies=6,
)  # fmt: skip
CLOSING = {
    "tax-way": "tax-small", "leftovers": ["customs", "insured", "accounts", "seal-kept"], "licence-paper": "paper-kept",
    "agent": "self",
}  # fmt: skip
# Twenty days for objections and no debts; or a liquidation, with 45 days for creditors to come forward.
SIMPLE_CLOSING = Told(
    "注销公司", "企业注销登记一件事", "wangdayong",
    {"simple-blockers": ["none"], "case": "settled", **CLOSING}, rows={"employee": 2, "account": 2}, bodies=6,
)  # fmt: skip
LIQUIDATION = Told(
    "注销公司", "企业注销登记一件事", "wangdayong",
    {"simple-blockers": ["blocked-pledge"], "case-blocked": "liquidate", **CLOSING}, rows={"liquidator": 3}, bodies=6,
)  # fmt: skip
RETIREMENT = Told(
    "办退休", "企业职工退休一件事", "wangdayong",
    {
        "retire-kind": "normal", "apply-as": "employer", "deemed-years": "has", "medical-years": "short",
        "housing-fund": "yes", "only-child": "one-child", "domicile-shared": "no",
    },
    bodies=4,
)  # fmt: skip
COMPLETION = Told(
    "竣工验收", "房屋建筑和市政基础设施工程竣工联合验收一件事", "wangdayong",
    {
        "scope": "whole", "fire-class": "special", "civil-defence-built": "cd-yes", "lightning-kind": "danger-yes",
        "archives-route": "archives-ready", "eia": "eia-yes", "utilities": ["water", "power", "gas", "telecom"],
    },
    rows={"participant": 4, "unit-work": 2}, bodies=5,
)  # fmt: skip

BIRTH = Told("上户口", "新生儿出生一件事", "", NEWBORN, closely=True)
A_DEATH = Told("亲人去世", "公民身后一件事", "zhangjianguo", DEATH, rows={"heir": 2})
RESTAURANT_START = Told("开饭店", "开办餐饮店一件事", "wangdayong", RESTAURANT)

JOURNEYS = {
    ("newborn", 360): BIRTH,
    ("death", 360): A_DEATH,
    ("restaurant-start", 1366): RESTAURANT_START,
    ("second-hand-home", 360): HOME,
    ("second-hand-home", 1366): HOME,
    ("company-start", 360): COMPANY,
    ("company-start", 1366): COMPANY,
    ("company-deregistration", 360): SIMPLE_CLOSING,
    ("company-deregistration", 1366): LIQUIDATION,
    ("retirement", 360): RETIREMENT,
    ("retirement", 1366): RETIREMENT,
    ("completion-acceptance", 360): COMPLETION,
    ("completion-acceptance", 1366): COMPLETION,
}


@pytest.mark.parametrize(
    ("told", "width"), [pytest.param(told, width, id=f"{key}-{width}") for (key, width), told in JOURNEYS.items()]
)
def test_from_the_search_to_the_results(visit: Visit, look: Look, glance: Look, told: Told, width: int) -> None:
    at, page = look if told.closely else glance, visit(width)
    apply(page, told, at)
    case = submit(page, at)
    page.get_by_role("link", name="看办件进度").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{told.thing}：办件进度")
    assert not ItemCase.objects.without_body().exists()
    assert case.items.values("organisation").distinct().count() >= told.bodies
    if width < DESK:
        assert len(decide_in_pages(case, visit, glance, width=width)) > 1
    decide_by_verbs(case, at=timezone.now())
    collect(page, case, at)


def apply(page: Page, told: Told, look: Look) -> None:
    """From the front page to complete materials."""
    page.goto("/")
    look(page)
    page.get_by_label("搜要办的事").fill(told.words)
    page.get_by_role("button", name="搜索").click()
    look(page)
    page.get_by_role("link", name=told.thing).first.click()
    look(page)
    to_questions(page)
    answer_all(page, told.answers, look)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{told.thing}：为您列好了")
    look(page)
    page.get_by_role("link", name="登录后填写").first.click()
    look(page)
    if told.username:
        page.locator(f'button[name="account"][value="{told.username}"]').click()
    else:
        page.get_by_label("姓名").fill("阿依古丽·买买提")
        page.get_by_role("button", name="新建并登录").click()
    look(page)
    page.get_by_role("link", name="继续填写").click()
    counted = fill_form(page, look, rows=told.rows)
    assert {who: counted.get(who) for who in told.rows} == told.rows
    upload_all(page)
    look(page)


def collect(page: Page, case: OneThingCase, look: Look) -> None:
    """The applicant opens the case, downloads every result; the verification page says that one of them is genuine."""
    assert OneThingCase.objects.get(pk=case.pk).state == "granted_all"
    page.goto("/mine/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的")
    look(page)
    page.locator(f'main a[href="/cases/{case.number}/"]').first.click()
    expect(page.locator("main")).to_contain_text("件事全部办好了")
    look(page)
    documents = list(ResultDocument.objects.filter(item__case=case))
    assert {one.item_id for one in documents} == set(
        ItemCase.objects.filter(case=case, outcome="granted").values_list("pk", flat=True)
    )
    for document in documents:
        with page.expect_download() as download:
            page.locator(f'main a[href$="/results/{document.pk}/"]').click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto("/verify/")
    page.get_by_label("核验码").fill(documents[-1].code)
    page.get_by_role("button", name="查真假").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核验结果：有效")
    look(page)
