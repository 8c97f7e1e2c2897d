"""Paper originals between the accepting place and the one that decides: sent, acknowledged, sent back, counted (R3.1.g/4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import AT, Name
from tests.dispatch.test_handover import hand_in, world_of_two_places
from tests.factories.cases import World, item_of
from tests.factories.parties import make_officer
from tests.web.review.desk import signed_in, text_of

from onething.audit.verify import verify_chain
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.access import Forbidden
from onething.dispatch.handover import originals_on_their_way
from onething.dispatch.models import OriginalMove
from onething.dispatch.services import asks_originals, originals_of, receive_original, send_original
from onething.kit.errors import Refused
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
PAPER = "旧招牌许可"
ASKED = (
    "    promised_working_days: 2\n",
    (
        "    promised_working_days: 2\n    materials:\n      - {name: 旧招牌许可, kind: 证照, form: 原件, copies: 1, required: 容缺, "
        "obtainable_by: 提交, original: surrender, legal_basis: [城市市容管理条例第十一条]}\n"
    ),
)


def travelling(where: str = "姜堰区") -> tuple[World, OneThingCase, ItemCase, Officer]:
    """A case accepted in 海陵区 whose sign is checked elsewhere, where an old permit must be given up."""
    world = world_of_two_places(ASKED)
    case = hand_in(world, where)
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=world.town.bodies["market"])
    lead = make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    return world, case, item_of(case, "sign-check"), lead


def test_a_paper_goes_there_is_acknowledged_and_comes_back() -> None:
    world, case, item, lead = travelling()
    there = world.officers["there"]
    assert asks_originals(item)
    with pytest.raises(Refused):
        send_original(item_id=item.pk, officer=there, key=PAPER, subject="", at=AT)
    move = send_original(item_id=item.pk, officer=lead, key=PAPER, subject="", at=AT)
    assert (move.receiver_id, move.received_at) == (there.organisation_id, None)
    with pytest.raises(Refused):
        send_original(item_id=item.pk, officer=lead, key=PAPER, subject="", at=AT)
    assert [one.pk for one in originals_on_their_way(lead, most=5)] == [move.pk]
    with pytest.raises(Forbidden):
        receive_original(move_id=move.pk, officer=lead, at=AT)
    for hour in (3, 4):
        receive_original(move_id=move.pk, officer=there, at=AT + timedelta(hours=hour))
    move.refresh_from_db()
    assert (move.received_by, move.received_at) == (there, AT + timedelta(hours=3))
    assert originals_on_their_way(lead, most=5) == []
    back = send_original(item_id=item.pk, officer=there, key=PAPER, subject="", at=AT + timedelta(hours=5))
    receive_original(move_id=back.pk, officer=lead, at=AT + timedelta(hours=6))
    [paper] = originals_of(item_of(case, "sign-check"))
    assert [one.pk for one in paper.moves] == [move.pk, back.pk]
    assert paper.holder(lead.organisation_id) == lead.organisation_id
    assert verify_chain(case.number) == []


def test_nothing_travels_where_one_place_does_both_and_strangers_have_no_part() -> None:
    world, _case, item, lead = travelling("海陵区")
    assert not asks_originals(item)
    with pytest.raises(Refused):
        send_original(item_id=item.pk, officer=lead, key=PAPER, subject="", at=AT)
    stranger = make_officer(world.town.bodies["health"], name="何平", role=Officer.Role.LEAD)
    with pytest.raises(Forbidden):
        send_original(item_id=item.pk, officer=stranger, key=PAPER, subject="", at=AT)


def test_the_database_knows_one_way_at_a_time_and_whole_acknowledgements() -> None:
    _world, _case, item, lead = travelling()
    move = send_original(item_id=item.pk, officer=lead, key=PAPER, subject="", at=AT)
    with pytest.raises(IntegrityError, match="original_received_whole"), transaction.atomic():
        OriginalMove.objects.filter(pk=move.pk).update(received_at=AT)
    move.pk = None
    with pytest.raises(IntegrityError, match="original_once_on_its_way"), transaction.atomic():
        move.save(force_insert=True)


def test_both_ends_see_the_same_page_and_each_presses_its_own_button() -> None:
    world, case, item, lead = travelling()
    page = f"/review/tasks/{item.number}/originals/"
    here, there = signed_in(lead.account), signed_in(world.officers["there"].account)
    assert page in here.get(f"/review/cases/{case.number}/").content.decode()
    assert page in there.get(f"/review/tasks/{item.number}/").content.decode()
    assert "原件交出去了" not in text_of(there.get(page).content.decode())
    here.post(page, {"send": f"{PAPER}|"})
    move = OriginalMove.objects.get()
    assert "还没有接收的纸质原件：1份" in text_of(here.get("/review/handovers/").content.decode())
    assert "姜堰区市场监督管理局还没有接收" in text_of(here.get(page).content.decode())
    there.post(page, {"receive": str(move.pk)})
    assert f"{Name.REVIEWER}接收" in text_of(here.get(page).content.decode())
    assert "还没有接收的纸质原件" not in text_of(here.get("/review/handovers/").content.decode())
    assert "原件交出去了" in text_of(there.get(page).content.decode())
    told = text_of(signed_in(world.account).get(f"/cases/{case.number}/").content.decode())
    assert "“店招核对”的原件对方接收了" in told
    stranger = make_officer(world.town.bodies["health"], name=Name.STRANGER, role=Officer.Role.LEAD)
    assert signed_in(stranger.account).get(page).status_code == 404
