"""The barrier walked at random: several departments, the applicant and the worker against the real database (I8, R2.7.a)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.cast import AT
from tests.factories.cases import World, item_of, make_case
from tests.factories.feedback import field, find, finish, head_of, lead_of, paper, section, side_by_side

from onething.audit.models import Event
from onething.audit.verify import verify_chain
from onething.cases.calendar import working_calendar
from onething.cases.derived import check_derived_states
from onething.cases.models import ItemCase, OneThingCase
from onething.dispatch.services import accept_item, not_accept_item, withdraw_items
from onething.feedback.models import CorrectionRound, Finding
from onething.feedback.services import (
    PointAnswer,
    approve_finding,
    ask_more_time,
    hand_in_answers,
    keep_answers,
    send_both,
    tend_case,
    withdraw_finding,
)
from onething.kit.errors import Refused
from onething.kit.workdays import legal_date
from onething.parties.models import Officer

pytestmark = pytest.mark.django_db
ITEMS = ("licence", "seal", "food-permit", "sign-check")
TARGETS = {
    "licence": (field("person_name"), field("citizen_id_number"), paper("样例场所证"), section("owner")),
    "seal": (field("person_name"), section("owner")),
    "food-permit": (field("mobile_number", "staff-1"), paper("健康证明", "staff-1")),
    "sign-check": (field("trade_name"),),
}
FOUND = st.sampled_from([(item, target) for item in ITEMS for target in TARGETS[item]])
# What nobody but the applicant's own act on a point may move.
KEPT = ("state", "accepted_at", "statutory_due", "promised_due", "started_on", "window_from", "open_findings")


def machine(world: World, case: OneThingCase, heads: dict[int, Officer], lead: Officer) -> type[RuleBasedStateMachine]:
    """The walk over one case; whatever one walk wrote is rolled back before the next."""

    class Barrier(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            block: Any = transaction.atomic()
            self.block = block
            block._from_testcase = True
            self.block.__enter__()
            self.at: datetime = AT

        def teardown(self) -> None:
            try:
                tend_case(case_id=case.pk, at=self.at)
                assert verify_chain(case.number) == []
                assert list(check_derived_states(numbers=[case.number])) == []
            finally:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

        def tried(self, act: Any, **named: Any) -> bool:
            self.at += timedelta(minutes=1)
            try:
                act(**named, at=self.at)
            except Refused:
                return False
            return True

        @rule(what=FOUND, differs=st.booleans(), again=st.booleans())
        def a_body_finds(self, what: tuple[str, Any], differs: bool, again: bool) -> None:
            item, target = what
            self.tried(
                lambda at: find(
                    world,
                    case,
                    item,
                    target,
                    "differs",
                    required=item if differs else "",
                    exception="漏看" if again else "",
                    at=at,
                )
            )

        @rule(number=st.integers(0, 5))
        def a_body_takes_back(self, number: int) -> None:
            rows = list(Finding.objects.filter(case=case, state__in=["entered", "proposed"]).order_by("pk"))
            if rows:
                row = rows[number % len(rows)]
                self.tried(withdraw_finding, finding_id=row.pk, officer=world.reviewer(item_of_pk(row.item_id)))

        @rule(item=st.sampled_from(ITEMS))
        def a_body_is_done(self, item: str) -> None:
            self.tried(lambda at: finish(world, case, item, at=at))

        @rule(item=st.sampled_from(ITEMS), accepts=st.booleans())
        def a_body_decides(self, item: str, accepts: bool) -> None:
            row = item_of(case, item)
            if accepts:
                self.tried(accept_item, item_id=row.pk, officer=world.reviewer(row))
            else:
                self.tried(
                    not_accept_item, item_id=row.pk, officer=world.reviewer(row), right_body="别的局", reason="不归我们"
                )

        @rule()
        def a_head_approves(self) -> None:
            row = Finding.objects.filter(case=case, state="proposed").order_by("pk").first()
            if row is not None:
                self.tried(approve_finding, finding_id=row.pk, head=heads[row.organisation_id])

        @rule()
        def the_lead_settles(self) -> None:
            of = CorrectionRound.objects.filter(case=case, state="collecting").first()
            row = Finding.objects.filter(round=of, state="entered").first() if of else None
            if of is not None and row is not None:
                self.tried(send_both, round_id=of.pk, officer=lead, target=row.target, words="按证件")

        @rule(item=st.sampled_from(ITEMS))
        def the_applicant_withdraws(self, item: str) -> None:
            self.tried(withdraw_items, case_id=case.pk, account=world.account, item_ids=[item_of(case, item).pk])

        @rule()
        def the_applicant_asks_for_time(self) -> None:
            of = CorrectionRound.objects.filter(case=case, state="noticed").first()
            if of is not None:
                self.tried(ask_more_time, round_id=of.pk, account=world.account)

        @rule(name=st.sampled_from(["李莓", "李梅儿"]), changes=st.booleans())
        def the_applicant_answers(self, name: str, changes: bool) -> None:
            of = CorrectionRound.objects.filter(case=case, state="noticed").order_by("ordinal").first()
            if of is None:
                return
            typed = {"owner.person_name": name, "staff-1.mobile_number": "13800005678", "owner.trade_name": "新号"}
            points = list(of.points.all())
            given = {one.pk: PointAnswer(typed if changes else {}, "见说明") for one in points}
            keep_answers(round_id=of.pk, account=world.account, answers=given, at=self.at)
            asked = set(Finding.objects.filter(round=of, state="noticed").values_list("item_id", flat=True))
            before, said = self.standing(), OneThingCase.objects.get(pk=case.pk).form_values
            if not self.tried(hand_in_answers, round_id=of.pk, account=world.account):
                return
            self.only_what_was_named_changed(points, said)
            for key, row in self.standing().items():
                if key not in asked and row["state"] != "received":
                    assert row == before[key], "an item that was not asked has moved"

        @rule(days=st.integers(1, 4))
        def days_go_by(self, days: int) -> None:
            self.at += timedelta(days=days)
            tend_case(case_id=case.pk, at=self.at)
            for item in ItemCase.objects.filter(case=case, state="received", trigger="application"):
                assert item.received_on is not None
                last = working_calendar().add_working_days(item.received_on, 5)
                assert legal_date(self.at) <= last, "silence was not acceptance"

        def standing(self) -> dict[int, dict[str, Any]]:
            return {row["pk"]: row for row in ItemCase.objects.filter(case=case).values("pk", *KEPT)}

        def only_what_was_named_changed(self, points: list[Any], said: dict[str, Any]) -> None:
            now = OneThingCase.objects.get(pk=case.pk).form_values
            named = {(one.subject, one.key) for one in points if one.kind == "field"}
            whole = {one.key for one in points if one.kind == "section"}
            for party, subjects in now.items():
                for subject, row in subjects.items():
                    for element, value in row.items():
                        if value != said[party][subject].get(element):
                            assert (subject, element) in named or party in whole

        @invariant()
        def one_round_gathers_and_each_notice_is_one(self) -> None:
            rounds = list(CorrectionRound.objects.filter(case=case))
            assert sum(one.state == "collecting" for one in rounds) <= 1
            told = Event.objects.filter(case_number=case.number, kind="case.correction_noticed")
            assert sorted(one.payload["round"] for one in told) == sorted(
                one.ordinal for one in rounds if one.noticed_at is not None
            )

        @invariant()
        def who_waits_for_the_applicant_was_asked_something(self) -> None:
            for item in ItemCase.objects.filter(case=case):
                live = Finding.objects.filter(item=item, state__in=["entered", "noticed"])
                asked = live.filter(state="noticed", round__state="noticed").exists()
                assert (item.state == "in_correction") == (asked and item.is_open)
                if item.is_open:
                    assert item.open_findings == live.count()
                if item.accepted_at is not None:
                    assert item.open_findings == 0

        @invariant()
        def nothing_is_told_that_a_superior_had_to_approve_and_did_not(self) -> None:
            rows = Finding.objects.filter(case=case, state__in=["noticed", "closed"]).exclude(exception="")
            assert not rows.filter(approved_by__isnull=True).exists()

    return Barrier


def item_of_pk(pk: int) -> ItemCase:
    return ItemCase.objects.get(pk=pk)


def test_the_barrier_holds_whatever_departments_and_applicant_do() -> None:
    world = side_by_side()
    case = make_case(world)
    heads = {world.town.bodies[key].pk: head_of(world, key) for key in world.town.bodies}
    run_state_machine_as_test(
        machine(world, case, heads, lead_of(world, case)),
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            phases=[
                Phase.reuse,
                Phase.generate,
            ],  # a walk of verbs takes minutes to shrink and reads well enough as it is
            suppress_health_check=list(HealthCheck),
        ),
    )
