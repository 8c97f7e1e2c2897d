"""A place marked on a page of a paper: kept with the finding, told in words, refused where there is no such page (ux g3)."""

import pytest
from django.db import IntegrityError, transaction
from tests.factories.cases import make_case
from tests.factories.feedback import field, find, finish, paper, side_by_side

from onething.audit.verify import verify_chain
from onething.documents.models import OfficialDocument
from onething.feedback.areas import Box
from onething.feedback.errors import WrongPlace
from onething.feedback.models import Finding
from onething.feedback.rules import TargetKind
from onething.feedback.services import Mark

pytestmark = pytest.mark.django_db


def test_a_place_is_marked_on_a_page_and_the_notice_names_it_in_words() -> None:
    """ux g3."""
    world = side_by_side()
    case = make_case(world)
    row = case.materials.get(key="样例场所证", file__isnull=False)
    proof, corner, foot = paper("样例场所证"), Box(0.7, 0.05, 0.25, 0.1), Box(0.1, 0.9, 0.8, 0.1)
    found = find(world, case, "licence", proof, "illegible", words="编号看不清", mark=Mark(row.pk, corner))
    assert [one.words for one in found.marked] == ["第1页右上角"]
    # The same reason at another place is the same finding; a second press changes nothing.
    for _again in range(2):
        again = find(world, case, "licence", proof, "illegible", words="日期也是", mark=Mark(row.pk, foot))
        assert again.pk == found.pk
    found.refresh_from_db()
    assert [one.box for one in found.marked] == [corner, foot]
    assert found.words == "编号看不清；日期也是"
    finish(world, case, "licence", "seal", "food-permit", "sign-check")
    notice = OfficialDocument.objects.get(kind="correction")
    assert "位置：第1页右上角、第1页下方" in str(notice.content)
    assert verify_chain(case.number) == []


def test_a_place_on_another_paper_or_page_is_refused() -> None:
    world = side_by_side()
    case = make_case(world)
    own = case.materials.get(key="样例场所证", file__isnull=False)
    other = case.materials.get(key="健康证明", file__isnull=False)
    whole = Box(0.0, 0.0, 1.0, 1.0)
    wrong = [
        (paper("样例场所证"), Mark(other.pk, whole)),
        (paper("样例场所证"), Mark(own.pk, whole, page=2)),
        (field("person_name"), Mark(own.pk, whole)),
    ]
    for target, mark in wrong:
        reason = "illegible" if target.kind is TargetKind.MATERIAL else "wrong"
        with pytest.raises(WrongPlace):
            find(world, case, "licence", target, reason, mark=mark)
    named = find(world, case, "licence", field("person_name"), "wrong")
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=named.pk).update(areas=[{}])
