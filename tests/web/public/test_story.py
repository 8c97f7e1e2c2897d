"""What people read of events: every kind has words or is silent on purpose, and the applicant's are apart (R2.8.c/1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from tests.cast import AT
from tests.factories.cases import grant, item_of, make_case, make_world
from tests.factories.visits import book, make_visit

from onething.cases.reading import items_of_case
from onething.cases.states import MOVES
from onething.delivery.services import issue_result
from onething.dispatch.services import not_accept_item, not_require_item
from onething.web.public.story import PUBLIC, SILENT, told_events
from onething.web.review.story import WORDS, story_of
from onething.web.ui.spoken import has_chinese

SOURCE = Path(__file__).resolve().parents[3] / "src" / "onething"
# Which argument of these is the kind of an event.
WRITERS = {"record": 1, "event_of": 1, "NewEvent": 1}


def texts(node: ast.AST) -> Iterator[str]:
    """Every text in an expression."""
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def kinds_in(path: Path) -> Iterator[str]:
    """Kinds that a module writes, given as a text or by a name that is set to one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, set()).update(texts(node.value))
    for call in ast.walk(tree):
        name = getattr(getattr(call, "func", None), "id", "")
        if not isinstance(call, ast.Call) or name not in WRITERS:
            continue
        given = [word.value for word in call.keywords if word.arg == "kind"] or call.args[WRITERS[name] :][:1]
        for kind in given:
            found = named.get(kind.id, set()) if isinstance(kind, ast.Name) else set(texts(kind))
            yield from (one for one in found if "." in one and not one.endswith((".", "_")))


def written_kinds() -> set[str]:
    found = {kind for path in SOURCE.rglob("*.py") for kind in kinds_in(path)}
    return found | {move.act for move in MOVES if move.built}


def test_every_kind_of_event_has_words_or_is_silent_on_purpose() -> None:
    written = written_kinds()
    assert {"case.submitted", "case.reopened", "item.granted", "result.revoked", "reads.sealed"} <= written
    assert sorted(written - WORDS.keys() - PUBLIC.keys() - SILENT) == []
    assert sorted((WORDS.keys() | PUBLIC.keys()) & SILENT) == []


@pytest.mark.django_db
def test_the_applicant_reads_of_all_items_without_names_of_staff_or_inner_steps() -> None:
    world = make_world()
    case = make_case(world)
    issue_result(item_id=grant(world, item_of(case, "licence")).pk, at=AT)
    sign = item_of(case, "sign-check")
    not_accept_item(item_id=sign.pk, officer=world.reviewer(sign), right_body="城管局", reason="不归我们管。", at=AT)
    items = items_of_case(case)
    told = told_events(case, items)
    texts = [one["text"] for one in told]
    assert texts[-1] == "您提交了申请"
    assert any("结果出来了" in text for text in texts)
    assert "不予受理“" in " ".join(texts)
    assert "城管局" in " ".join(texts)
    assert {one["who"] for one in told} == {"您", "系统自动", "海陵区市场监督管理局"}
    assert not any("开始办" in text or "陈静" in text for text in texts)
    staff = story_of(case, items)
    assert len(staff) > len(told)
    assert any("陈静" in one["who"] for one in staff)


@pytest.mark.django_db
def test_the_applicant_reads_of_visits_and_of_what_needs_no_application() -> None:
    visit = make_visit()
    book(visit)
    case = visit.case
    item = item_of(case, "food-permit")
    not_require_item(item_id=item.pk, officer=visit.world.reviewer(item), reason="不用登记", basis="条例第三条", at=AT)
    texts = [(one["text"], one["who"]) for one in told_events(case, items_of_case(case))]
    assert ("联合勘验定了时间", "您") in texts
    assert any(text == "联合勘验有了三个时间，请您选一个" and who != "您" for text, who in texts)
    assert any(text == f"“{item.name}”不用申请，依据写在不受理告知书里" for text, _ in texts)


@pytest.mark.parametrize("kind", PUBLIC)
def test_the_words_of_each_kind_exist_in_english_with_the_same_places(kind: str) -> None:
    chinese = str(PUBLIC[kind])
    with translation.override("en"):
        english = str(PUBLIC[kind])
    assert not has_chinese(english)
    for place in ("item", "body", "cause", "right_body", "document", "bundle", "visit"):
        assert (f"%({place})s" in chinese) == (f"%({place})s" in english)
