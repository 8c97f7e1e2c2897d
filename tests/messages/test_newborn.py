"""The shipped newborn thing from submission to the results: exactly the planned messages, in order, and none twice (R5.7/1, R5.7/2).

The worker is as clumsy as it can be: it handles every message two times over.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest
from tests.cast import AT
from tests.dispatch.test_shipped_walk import begin
from tests.factories.cases import fill_any

from onething.cases.models import ItemCase, OneThingCase
from onething.cases.record import TOPIC_EVENT
from onething.cases.states import BundleState, Trigger
from onething.delivery.models import ResultDocument
from onething.delivery.services import issue_result, open_result
from onething.dispatch.services import Decision, accept_item, decide_item, finish_check, produced_of
from onething.kit import outbox
from onething.kit.models import OutboxMessage
from onething.kit.workdays import LEGAL_ZONE
from onething.messages.models import Address, KeptText, Message, Sending
from onething.messages.rules import Channel
from onething.messages.services import due_reminders
from onething.messages.services.sending import TOPIC_SEND
from onething.parties.models import Officer
from onething.submission.services import submit

pytestmark = pytest.mark.django_db
BIRTH, PARENTS, VACCINES = "出生医学证明首次签发", "生育登记", "预防接种证办理"
REGISTER, CARE = "出生登记", "科学育儿指导服务登记"
INSURANCE, CARD = "城乡居民参保登记", "社会保障卡申领"
PREMIUM = "城乡居民基本医疗保险费申报（新生儿医保缴费）"
# What happens when, and to which items at once: what waits for another begins when that is decided.
TOGETHER = [(BIRTH, PARENTS, VACCINES), (REGISTER, CARE), (INSURANCE, CARD), (PREMIUM,)]
ROUNDS = [
    ("case.submitted", ("",)),
    *((step, names) for names in TOGETHER for step in ("item.accepted", "item.granted", "item.result_ready")),
    ("item.delivered", tuple(name for names in TOGETHER for name in names)),
]
PLANNED = [(step, name) for step, names in ROUNDS for name in names]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def work_off_twice(at: datetime) -> None:
    """The worker delivers what is due, and each of it once more, as after a crash that lost the note of the delivery."""
    for topic in (TOPIC_EVENT, TOPIC_SEND):
        due = OutboxMessage.objects.open().filter(topic=topic, next_attempt_at__lte=at)
        for pk in list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)):
            for _ in range(2):
                outbox.deliver(message_id=pk, at=at)
                row = OutboxMessage.objects.get(pk=pk)
                assert (row.delivered_at, row.last_error) == (at, "")
                OutboxMessage.objects.filter(pk=pk).update(delivered_at=None)
            OutboxMessage.objects.filter(pk=pk).update(delivered_at=at)


def officer_of(item: ItemCase) -> Officer:
    found = Officer.objects.serving().filter(organisation=item.organisation, role=Officer.Role.REVIEWER).first()
    assert found is not None, item.name
    return found


def take_up(items: Sequence[ItemCase], at: datetime) -> datetime:
    """Every body accepts its item. Gives from when on all of them may be decided."""
    for item in items:
        if item.trigger == Trigger.CHECK:
            continue
        accepted = accept_item(item_id=item.pk, officer=officer_of(item), at=at)
        if accepted.waits_until is not None:
            at = max(at, datetime.combine(accepted.waits_until + timedelta(days=1), time(9), tzinfo=LEGAL_ZONE))
    return at


def decide(items: Sequence[ItemCase], at: datetime) -> None:
    for item in items:
        if item.trigger == Trigger.CHECK:
            finish_check(item_id=item.pk, officer=officer_of(item), at=at)
            continue
        produced: dict[str, dict[str, str]] = {}
        for one in produced_of(item):
            produced.setdefault(one.subject, {})[one.element] = "示例"
        decision = Decision(granted=True, produced=produced)
        decide_item(item_id=item.pk, officer=officer_of(item), decision=decision, at=at)


def test_from_submission_to_the_results() -> None:
    owner, draft_id = begin("newborn")
    assert owner.account is not None
    Address.objects.create(
        account=owner.account, channel=Channel.SMS, address="13800001234", language="zh-hans", confirmed_at=AT
    )
    draft = fill_any(owner.drafts().with_edition().get(pk=draft_id), owner)
    done = submit(draft_id=draft.pk, owner=owner, idempotency_key="k", declaration=True, at=AT)
    work_off_twice(AT + MINUTE)
    at = AT
    for _ in range(20):
        ready = ItemCase.objects.filter(case_id=done.case_id).at_hand().select_related("case", "organisation")
        items = list(ready.order_by("ordinal", "pk"))
        if not items:
            break
        at = take_up(items, at + HOUR)
        work_off_twice(at + 2 * MINUTE)
        at += HOUR
        decide(items, at)
        work_off_twice(at + 2 * MINUTE)
        for item in items:
            if item.trigger != Trigger.CHECK:
                issue_result(item_id=item.pk, at=at + 3 * MINUTE)
        work_off_twice(at + 4 * MINUTE)
    at += HOUR
    for document in ResultDocument.objects.filter(item__case_id=done.case_id).in_order():
        open_result(document_id=document.pk, account=owner.account, at=at)
    work_off_twice(at + MINUTE)
    assert OneThingCase.objects.get().state == BundleState.GRANTED_ALL
    told = [(one.step, one.facts.get("item", "")) for one in Message.objects.order_by("pk")]
    assert told == PLANNED
    # Elsewhere one text for each kind of step in each hour, though three bodies act at once.
    sent = list(Sending.objects.order_by("pk").values_list("step", flat=True))
    assert sent == [step for step, _names in ROUNDS]
    assert KeptText.objects.count() == len(sent) == Sending.objects.filter(sent_at__isnull=False).count()
    assert KeptText.objects.values("key").distinct().count() == len(sent)
    assert list(due_reminders(at=at + timedelta(days=30), most=50)) == [], (
        "nothing is late, and everything was looked at"
    )
