"""What several departments handle as one: 45 working days, and 15 more by the head of the government (行政许可法 art. 26, 42(2))."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import AT, Name
from tests.catalogue.test_check import SOUND, errors_of
from tests.factories.cases import World, item_of, make_case, make_world
from tests.factories.parties import CITY, make_officer
from tests.factories.plans import calendar, changed_small_document, small_plan

from onething.cases.clock import ClockRefused
from onething.cases.clock_rules import EXTENSION_DAYS, ClockFacts, Extension, ExtensionKind, clock_days
from onething.cases.derived import check_derived_states
from onething.cases.models import ClockExtension, ItemCase
from onething.catalogue.limits import JOINT_LIMIT, JOINT_WORDS, JointHandling
from onething.catalogue.plan import make_plan
from onething.dispatch.clock_rules import EXTENSION_BASIS, extension_bar, extension_kind
from onething.dispatch.services import Forbidden, accept_item, extend_clock
from onething.documents.models import OfficialDocument
from onething.kit.documents import blocks_to_text
from onething.parties.models import Officer, Organisation

KIND = "    kind: 行政许可\n    legal_basis"
JOINT = "    kind: 行政许可\n    joint_handling: {mode: joint, basis: 示例市政府办文〔2026〕1号（测试用）, source: S1}\n    legal_basis"
LIMIT = "limits: {statutory: {value: 3, unit: working_day, source: S1}, promised: {value: 1, unit: working_day, source: S1}}"
# Its time is told by nobody but the law.
HANDLED = ((KIND, JOINT), (LIMIT, "limits: {promised: {value: 1, unit: working_day, source: S1}}"))


def day(text: str) -> date:
    return date.fromisoformat(text)


def handled_jointly() -> World:
    return make_world(document=changed_small_document(*HANDLED))


def accepted(world: World) -> ItemCase:
    item = item_of(make_case(world), "licence")
    return accept_item(item_id=item.pk, officer=world.officers["market"], at=AT)


def government(world: World, division: str | None = None) -> Officer:
    """The head of the government of the market bureau's place, or of another."""
    place = division or world.town.bodies["market"].division_id
    body = Organisation.objects.create(key=f"gov-{place}", name=f"{place}人民政府", division_id=place)
    return make_officer(body, name="区长", role=Officer.Role.GOVERNMENT)


class TestTheRule:
    def test_the_law_gives_forty_five_and_fifteen(self) -> None:
        assert (JOINT_LIMIT["value"], JOINT_LIMIT["unit"], JOINT_LIMIT["basis"]) == (
            45, "working_day", "行政许可法第四十二条第二款",
        )  # fmt: skip
        assert EXTENSION_DAYS[ExtensionKind.JOINT] == 15
        assert set(JOINT_WORDS.values()) == {"统一办理", "联合办理", "集中办理"}

    @pytest.mark.parametrize(
        ("extensions", "due"),
        [((), "2026-09-02"), ((Extension(ExtensionKind.JOINT, 15),), "2026-09-22")],
    )
    def test_days_of_the_table_of_law(self, extensions: tuple[Extension, ...], due: str) -> None:
        """Accepted on 1 July 2026; the start day does not count."""
        facts = ClockFacts(None, day("2026-07-01"), day("2026-07-01"), extensions=extensions)
        item = {"limit": JOINT_LIMIT, "statutory": JOINT_LIMIT, "kind": "行政许可"}
        assert clock_days(item, facts, calendar()).statutory_due == day(due)

    @given(
        mode=st.sampled_from([None, *JointHandling]),
        kind=st.sampled_from(["行政许可", "行政确认", None]),
        due=st.none() | st.dates(day("2026-01-01"), day("2026-12-31")),
        today=st.dates(day("2026-01-01"), day("2026-12-31")),
        extended=st.booleans(),
    )
    def test_an_item_has_one_way_to_more_time_and_only_in_time(
        self, mode: JointHandling | None, kind: str | None, due: date | None, today: date, *, extended: bool
    ) -> None:
        item: dict[str, Any] = {"kind": kind, **({"joint_handling": {"mode": mode.value}} if mode else {})}
        way = extension_kind(item)
        assert (way is ExtensionKind.JOINT) is (mode is not None)
        assert EXTENSION_BASIS[way].endswith("第二款" if mode else "第一款")
        allowed = kind == "行政许可" and not extended and due is not None and today <= due
        assert (extension_bar(item, due=due, today=today, extended=extended) == "") is allowed


class TestTheFile:
    def test_it_reaches_the_plan_and_gives_the_limit_of_the_law_where_none_is_written(self) -> None:
        assert all("joint_handling" not in one for one in small_plan()["items"])
        for changes, law in ((HANDLED, 45), (HANDLED[:1], 3)):
            document = changed_small_document(*changes)
            plan = make_plan(document, place="321202", answers={"food": "yes"}, on=AT.date(), calendar=calendar())
            licence = next(one for one in plan["items"] if one["key"] == "licence")
            assert licence["joint_handling"]["mode"] == "joint"
            assert (licence["statutory"]["value"], licence["limit"]["value"]) == (law, 1)

    @pytest.mark.parametrize(
        ("planted", "code"),
        [
            ({"joint_handling": {"mode": "joint", "note": "没有依据"}}, "no-basis"),
            ({"joint_handling": {"mode": "side-by-side", "basis": "某文"}}, "unknown-mode"),
            ({"joint_handling": {"mode": "joint", "basis": "某文"}, "kind": "公共服务"}, "no-licence"),
            ({"joint_handling": {"mode": "joint", "basis": "某文"}, "statutory_working_days": 46}, "joint-over-law"),
        ],
    )
    def test_what_the_law_does_not_know_is_an_error(self, tmp_path: Any, planted: dict[str, Any], code: str) -> None:
        first, *others = SOUND["items"]
        assert code in errors_of(tmp_path, {**SOUND, "items": [{**first, "kind": "行政许可", **planted}, *others]})

    def test_forty_five_days_with_a_basis_are_sound(self, tmp_path: Any) -> None:
        first, *others = SOUND["items"]
        sound = {
            "joint_handling": {"mode": "unified", "basis": "某文"},
            "statutory_working_days": 45,
            "kind": "行政许可",
        }
        codes = errors_of(tmp_path, {**SOUND, "items": [{**first, **sound}, *others]})
        assert {"no-basis", "unknown-mode", "no-licence", "joint-over-law"}.isdisjoint(codes)


@pytest.mark.django_db
class TestTheAct:
    def test_the_head_of_the_government_allows_fifteen_working_days_once_and_it_is_told_in_writing(self) -> None:
        world = handled_jointly()
        item = accepted(world)
        assert (item.joint_handling, item.statutory_due) == ("joint", calendar().add_working_days(AT.date(), 45))
        governor = government(world)
        longer = extend_clock(item_id=item.pk, officer=governor, reason="涉及三个部门", at=AT + timedelta(days=1))
        assert longer.statutory_due == calendar().add_working_days(AT.date(), 60)
        extension = ClockExtension.objects.get()
        assert (extension.kind, extension.days, extension.basis) == ("joint", 15, "行政许可法第四十二条第二款")
        words = blocks_to_text(OfficialDocument.objects.get(kind="extension").content["blocks"])
        for part in ("涉及三个部门", "15个工作日", f"{governor.organisation.name}负责人区长", "第四十二条第二款"):
            assert part in words
        with pytest.raises(ClockRefused, match="已经延长过一次"):
            extend_clock(item_id=item.pk, officer=governor, reason="还是不够", at=AT + timedelta(days=2))
        assert list(check_derived_states()) == []

    def test_nobody_else_may_and_neither_head_may_what_is_the_other_ones(self) -> None:
        world = handled_jointly()
        item, own = accepted(world), world.town.bodies["market"]
        others = (
            make_officer(own, name=Name.LEAD, role=Officer.Role.HEAD), world.officers["market"], government(world, CITY),
        )  # fmt: skip
        for officer in others:
            with pytest.raises(Forbidden, match="本级人民政府的负责人"):
                extend_clock(item_id=item.pk, officer=officer, reason="不够", at=AT)
        plain = item_of(item.case, "sign-check")
        with pytest.raises(Forbidden, match="办理单位的负责人"):
            extend_clock(item_id=plain.pk, officer=government(world), reason="不够", at=AT)
        assert not ClockExtension.objects.exists()

    def test_the_head_of_a_government_sees_what_is_handled_jointly_at_its_level_and_nothing_else(self) -> None:
        world = handled_jointly()
        item = accepted(world)
        assert list(ItemCase.objects.visible_to(government(world))) == [item]
        assert not ItemCase.objects.visible_to(government(world, CITY)).exists()
