"""What time brings is told once, whenever the worker comes by: days that are over, results nobody looked at; and visits (R5.7/1)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.cast import AT
from tests.factories.cases import World, grant, item_of, make_case, make_world
from tests.factories.visits import book, make_visit, offer
from tests.messages.test_sending import deliver, give_addresses, work_off

from onething.activities.services import decline_slots
from onething.activities.services.arrange import cancel_activity
from onething.cases.models import OneThingCase
from onething.delivery.services import issue_result, open_result
from onething.dispatch.models import Card
from onething.dispatch.services import Decision, accept_item, decide_item, give_cards
from onething.kit.workdays import LEGAL_ZONE
from onething.messages.models import KeptText, Message
from onething.messages.rules import Channel
from onething.messages.services import due_reminders, remind
from onething.messages.services.sending import TOPIC_SEND
from onething.messages.tasks import remind_due

pytestmark = pytest.mark.django_db


def look(at: datetime) -> list[str]:
    """What the worker tells at a moment; looked at twice, as if it had been killed and came again."""
    found = list(due_reminders(at=at, most=50))
    for due in [*found, *found]:
        remind(due, at=at)
    assert list(due_reminders(at=at, most=50)) == []
    return [due.step for due in found]


def told(world: World) -> list[str]:
    return list(Message.objects.visible_to(world.account).order_by("pk").values_list("step", flat=True))


class TestLate:
    @pytest.fixture
    def case(self) -> tuple[World, OneThingCase]:
        world = make_world()
        case = make_case(world)
        licence = item_of(case, "licence")
        accept_item(item_id=licence.pk, officer=world.reviewer(licence), at=AT)
        return world, case

    def test_a_promised_day_that_is_over_is_told_the_day_after(self, case: tuple[World, OneThingCase]) -> None:
        world, found = case
        give_addresses(world, [Channel.SMS])
        licence = item_of(found, "licence")
        assert licence.promised_due is not None
        for days in range((licence.promised_due - AT.date()).days + 1):
            give_cards(at=AT + timedelta(days=days))
            assert look(AT + timedelta(days=days)) == []
        late = AT + timedelta(days=days + 1)
        give_cards(at=late)
        assert look(late) == ["item.late_promised"]
        (message,) = Message.objects.filter(step="item.late_promised")
        assert message.facts["until"] == licence.promised_due.isoformat()
        assert message.facts["item"] == licence.name
        deliver(TOPIC_SEND, late)
        assert KeptText.objects.count() == 1

    def test_what_was_decided_meanwhile_is_not_told_late(self, case: tuple[World, OneThingCase]) -> None:
        world, found = case
        late = AT + timedelta(days=30)
        give_cards(at=late)
        licence = item_of(found, "licence")
        decision = Decision(
            True, "符合条件，同意。", basis="条例第十九条", produced={"owner": {"uscc": "91321202MA00000007"}}
        )
        decide_item(item_id=licence.pk, officer=world.reviewer(licence), decision=decision, at=late)
        give_cards(at=late + timedelta(hours=1))
        due = list(due_reminders(at=late + timedelta(hours=1), most=50))
        assert due, "another item is late"
        assert licence.pk not in [one.item_id for one in due]

    def test_the_worker_tells_it(self, case: tuple[World, OneThingCase], monkeypatch: pytest.MonkeyPatch) -> None:
        world, _found = case
        late = AT + timedelta(days=30)
        give_cards(at=late)
        monkeypatch.setattr("onething.messages.tasks.timezone.now", lambda: late)
        for _ in range(2):
            remind_due(timestamp=0)
        rows = [(row.step, row.facts["item"]) for row in Message.objects.visible_to(world.account)]
        assert len(rows) == len(set(rows)) == Card.objects.filter(colour="red").count()
        assert {step for step, _item in rows} == {"item.late_promised", "item.late_statutory"}


class TestWaitingResults:
    def test_a_result_nobody_looked_at_is_told_again_after_five_working_days(self) -> None:
        world = make_world()
        licence = grant(world, item_of(make_case(world), "licence"), at=AT)
        issue_result(item_id=licence.pk, at=AT)  # a Wednesday: the five working days end with the next
        assert AT.isoweekday() == 3
        assert look(AT + timedelta(days=7)) == []
        assert look(AT + timedelta(days=8)) == ["result.waiting"]
        assert look(AT + timedelta(days=20)) == []

    def test_who_looked_is_not_reminded(self) -> None:
        world = make_world()
        licence = grant(world, item_of(make_case(world), "licence"), at=AT)
        for document in issue_result(item_id=licence.pk, at=AT):
            open_result(document_id=document.pk, account=world.account, at=AT)
        assert look(AT + timedelta(days=30)) == []


class TestVisits:
    def test_times_offered_fixed_and_called_off_are_told(self, client: Client) -> None:
        visit = make_visit()
        give_addresses(visit.world, [Channel.SMS])
        slot = book(visit)
        cancel_activity(activity_id=visit.activity.pk, officer=visit.lead, reason="下雨。", at=AT)
        work_off()
        steps = [step for step in told(visit.world) if step.startswith("activity.")]
        assert steps == ["activity.offered", "activity.booked", "activity.cancelled"]
        client.force_login(visit.world.account)
        page = client.get("/messages/").content.decode()
        assert "联合勘验有时间了，请您选一个" in page
        assert f"联合勘验定在{slot.start.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}，请到时在场" in page
        assert "联合勘验取消了" in page
        assert KeptText.objects.count() == 6  # received, accepted and granted, three of the visit

    def test_other_times_within_the_hour_are_news(self) -> None:
        visit = make_visit()
        give_addresses(visit.world, [Channel.SMS])
        work_off()
        for _ in range(2):
            offer(visit)
            work_off()
            decline_slots(activity_id=visit.activity.pk, account=visit.world.account, reason="都不行。", at=AT)
        assert Message.objects.filter(step="activity.offered", sendings__isnull=False).count() == 2
