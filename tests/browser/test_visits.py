"""A joint visit in a browser: arranged at a desk, picked on a phone, noted without network, signed on the spot (f2–f4)."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect
from tests.browser.conftest import Visit
from tests.browser.desks import officer_of, sign_in
from tests.web.public.walker import RESTAURANT, photo
from tests.web.review.shipped import hand_in

from onething.activities.drawings import versions_for
from onething.activities.models import ChecklistPoint, JointActivity, Participation, SentEntry, SitePhoto
from onething.activities.rules import Opinion
from onething.activities.services import Entry, sign_opinion, take_entry
from onething.activities.services.site import EntryKind
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.services import finish_check
from onething.parties.models import Account, Officer

pytestmark = pytest.mark.browser
Look = Callable[[Page], None]


def restaurant() -> OneThingCase:
    """A restaurant whose licence is there and was checked, so that food, fire and signboard are all under way."""
    answers = {**RESTAURANT, "has-licence": "licence-ok", "gathering-place": "gathering-yes", "signboard": "sign-shop"}
    case = hand_in("restaurant-start", "wangdayong", at=timezone.now(), answers=answers)
    check = ItemCase.objects.get(case=case, key="licence-check")
    finish_check(item_id=check.pk, officer=officer_of(check), at=timezone.now())
    return case


def lead_of(case: OneThingCase) -> str:
    offices = Officer.objects.filter(organisation=case.lead_organisation, role=Officer.Role.LEAD)
    return str(Account.objects.filter(offices__in=offices, username__startswith="lead-").get().username)


def inspector_of(part: Participation) -> Officer:
    return Officer.objects.serving().filter(organisation=part.organisation, role=Officer.Role.REVIEWER)[0]


def arrange(page: Page, case: OneThingCase, look: Look) -> JointActivity:
    """The lead, from the page of the case: two presses when the one-thing's rule is taken as it is."""
    sign_in(page, lead_of(case))
    page.goto(f"/review/cases/{case.number}/")
    page.get_by_role("link", name="安排联合勘验、验收、审图或评估").click()
    look(page)
    page.get_by_role("button", name="下一步，找时间").click()
    expect(page.get_by_role("heading", name="定时间")).to_be_visible()
    look(page)
    page.get_by_role("button", name="把这三个时间给申请人选").click()
    expect(page.get_by_text("三个时间已经给申请人")).to_be_visible()
    look(page)
    return JointActivity.objects.get()


def pick(page: Page, case: OneThingCase, look: Look) -> None:
    """The applicant, on a phone: the second of the three."""
    page.goto(f"/accounts/sign-in/?next=/cases/{case.number}/")
    page.locator('button[name="account"][value="wangdayong"]').click()
    page.get_by_role("link", name="联合勘验").click()
    look(page)
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="就定这个时间").click()
    expect(page.get_by_text("时间定好了：")).to_be_visible()
    look(page)


def on_the_spot(page: Page, part: Participation) -> None:
    """An inspector opens the own page while there is a network, and it is kept on the device."""
    sign_in(page, inspector_of(part).account.username)
    page.goto("/review/visits/")
    page.get_by_role("link", name=re.compile(part.item.name[:6])).click()
    page.wait_for_selector("form[data-visit-ready]")


def others_sign(activity: JointActivity, done: Participation) -> None:
    now = timezone.now()
    for part in activity.participations.exclude(pk=done.pk).select_related("organisation", "item"):
        officer = inspector_of(part)
        for point in part.points.all():
            one = Entry(f"o-{point.pk}", EntryKind.ANSWER, now, point=point.ordinal, answer="ok")
            take_entry(participation_id=part.pk, officer=officer, entry=one, at=now)
        drawings = [one.pk for one in versions_for(part.item)]
        sign_opinion(
            participation_id=part.pk, officer=officer, opinion=Opinion.PASS, words="", drawings=drawings, at=now
        )


def test_joint_visit(visit: Visit, look: Look) -> None:
    """R2.8.d on the restaurant: one appointment, opinions, one sheet; the inspector has no network in the kitchen."""
    case = restaurant()
    activity = arrange(visit(1366), case, look)
    phone = visit(360)
    pick(phone, case, look)
    part = activity.participations.select_related("item", "organisation").order_by("pk")[0]
    points = list(part.points.order_by("ordinal"))
    kitchen = visit(360)
    on_the_spot(kitchen, part)
    look(kitchen)

    kitchen.context.set_offline(True)
    for point in points:
        kitchen.locator(f'label[for="a-{point.ordinal}-{"not_ok" if point is points[0] else "ok"}"]').click()
    kitchen.locator(f"#n-{points[0].ordinal}").fill("门口没有标识")
    kitchen.locator(f"#n-{points[0].ordinal}").blur()
    picture: FilePayload = {"name": "厨房.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=3).getvalue()}
    kitchen.locator(f"#p-{points[0].ordinal}").set_input_files(picture)
    waiting = len(points) + 2
    status = kitchen.locator("[data-visit-status]")
    expect(status).to_contain_text(f"有{waiting}条记在这台设备上")
    assert not SentEntry.objects.exists()

    kitchen.reload()  # the phone was put away and opened again, still without network
    expect(kitchen.locator(f"#a-{points[0].ordinal}-not_ok")).to_be_checked()
    expect(kitchen.locator(f"#n-{points[0].ordinal}")).to_have_value("门口没有标识")
    expect(status).to_contain_text(f"有{waiting}条记在这台设备上")
    look(kitchen)
    noted = timezone.now()

    kitchen.context.set_offline(False)
    expect(status).to_contain_text("都已经发出")
    sent = list(SentEntry.objects.order_by("pk"))
    assert len(sent) == waiting
    assert [one.taken_at for one in sent] == sorted(one.taken_at for one in sent)
    assert all(one.taken_at < noted <= one.received_at for one in sent)
    first = ChecklistPoint.objects.get(participation=part, ordinal=points[0].ordinal)
    assert (first.answer, first.note) == ("not_ok", "门口没有标识")
    assert SitePhoto.objects.get().point_id == first.pk

    kitchen.get_by_label("有问题要整改").check()
    kitchen.get_by_role("button", name="签字").click()
    expect(kitchen.get_by_text("已经签字：有问题要整改")).to_be_visible()
    others_sign(activity, part)
    phone.reload()
    look(phone)
    phone.get_by_role("button", name="看过了，签字").click()
    expect(phone.get_by_text("您已经签字，记录表双方各有一份")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("门口没有标识")
    expect(phone.get_by_role("heading", name="还要整改的问题")).to_be_visible()
    look(phone)
    assert JointActivity.objects.get().is_valid


def test_without_script_the_inspector_has_one_form(visit: Visit) -> None:
    case = restaurant()
    activity = arrange(visit(1366), case, lambda page: None)
    pick(visit(360), case, lambda page: None)
    part = activity.participations.select_related("item", "organisation").order_by("pk")[0]
    page = visit(360, script=False)
    sign_in(page, inspector_of(part).account.username)
    page.goto(f"/review/visits/site/{part.pk}/")
    for point in part.points.all():
        page.locator(f'label[for="a-{point.ordinal}-ok"]').click()
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("button", name="签字").click()
    expect(page.get_by_text("已经签字：通过")).to_be_visible()
    assert Participation.objects.get(pk=part.pk).opinion == "pass"
