"""Publishing: editions that never change, releases that switch everything at one moment (R2.1.a, R2.1.c, R5.3, I7)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries
from tests.factories.editions import thing_document

from onething.catalogue.edition import edition_hash
from onething.catalogue.models import Edition, Release, ReleaseEntry
from onething.catalogue.services import (
    PublishRefused,
    current_edition,
    current_entries,
    edition_document,
    find_things,
    publish,
    publish_folder,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
LATER = AT + timedelta(days=6)


def publish_now(*documents: dict[str, Any], at: datetime = AT) -> Release:
    return publish(documents, effective_at=at, at=at)


def test_first_publishing_makes_an_edition_of_each_thing_and_one_release() -> None:
    release = publish_now(thing_document("newborn"), thing_document("death"))
    assert release.number == 1
    assert [(entry.onething, entry.edition.version) for entry in current_entries(at=AT)] == [
        ("death", "2026.1"),
        ("newborn", "2026.1"),
    ]


def test_the_same_content_again_makes_nothing() -> None:
    first = publish_now(thing_document("newborn"))
    again = publish_now(thing_document("newborn"), at=AT + timedelta(hours=1))
    assert again == first
    assert (Edition.objects.count(), Release.objects.count()) == (1, 1)


def test_a_change_raises_the_version_of_that_thing_only() -> None:
    publish_now(thing_document("newborn"), thing_document("death"))
    publish_now(thing_document("newborn", name="新生儿出生一件事（修订）"), at=LATER)
    versions = {entry.onething: entry.edition.version for entry in current_entries(at=LATER)}
    assert versions == {"newborn": "2026.2", "death": "2026.1"}


def test_versions_begin_again_each_year() -> None:
    publish_now(thing_document("newborn"))
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)  # 2027-01-01 in China
    publish_now(thing_document("newborn", name="又一版"), at=new_year)
    edition = current_edition("newborn", at=new_year)
    assert edition is not None
    assert (edition.edition.version, edition.edition.ordinal) == ("2027.1", 2)


def test_going_back_to_earlier_content_uses_the_earlier_edition() -> None:
    publish_now(thing_document("newborn"))
    publish_now(thing_document("newborn", name="改错了"), at=AT + timedelta(hours=1))
    publish_now(thing_document("newborn"), at=LATER)
    edition = current_edition("newborn", at=LATER)
    assert edition is not None
    assert edition.edition.version == "2026.1"
    assert Edition.objects.count() == 2


def test_everything_switches_at_the_effective_moment() -> None:
    publish_now(thing_document("newborn"), thing_document("death"))
    changed = [thing_document("newborn", name="新版出生"), thing_document("death", name="新版身后")]
    publish(changed, effective_at=LATER, at=AT)
    before = {entry.edition.version for entry in current_entries(at=LATER - timedelta(microseconds=1))}
    after = {entry.edition.version for entry in current_entries(at=LATER)}
    assert (before, after) == ({"2026.1"}, {"2026.2"})


def test_before_the_first_release_nothing_holds() -> None:
    publish_now(thing_document("newborn"))
    assert current_entries(at=AT - timedelta(seconds=1)) == []
    assert current_edition("newborn", at=AT - timedelta(seconds=1)) is None
    assert current_edition("unknown", at=AT) is None


def test_a_moment_that_is_past_is_refused() -> None:
    with pytest.raises(PublishRefused) as refused:
        publish([thing_document("newborn")], effective_at=AT - timedelta(days=1), at=AT)
    assert refused.value.code == "past"
    assert not Edition.objects.exists()


def test_nothing_slips_in_before_a_release_that_is_announced() -> None:
    publish([thing_document("newborn")], effective_at=LATER, at=AT)
    with pytest.raises(PublishRefused) as refused:
        publish_now(thing_document("newborn", name="插队"))
    assert refused.value.code == "announced"
    assert publish_now(thing_document("newborn")).effective_at == LATER, "unchanged content is answered, not refused"


def test_two_contents_for_one_key_are_refused() -> None:
    with pytest.raises(PublishRefused) as refused:
        publish_now(thing_document("newborn"), thing_document("newborn", name="另一个"))
    assert refused.value.code == "twice"


def test_a_thing_missing_from_a_complete_catalogue_is_retired_but_keeps_its_page() -> None:
    publish_now(thing_document("newborn"), thing_document("death"))
    publish([thing_document("newborn")], effective_at=LATER, at=LATER, complete=True)
    kept = current_edition("death", at=LATER)
    assert kept is not None
    assert kept.retired
    assert kept.document["name"] == thing_document("death")["name"]
    assert [hit.key for _, hit in find_things("身后", at=LATER).things] == []
    publish_now(thing_document("death"), at=LATER + timedelta(days=1))
    back = current_edition("death", at=LATER + timedelta(days=1))
    assert back is not None
    assert not back.retired


@pytest.mark.parametrize("model", [Edition, Release, ReleaseEntry])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_is_published(
    model: type[Edition | Release | ReleaseEntry], change: str
) -> None:
    publish_now(thing_document("newborn"))
    statement = change.format(model._meta.db_table)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert model._default_manager.count() == 1


def test_the_stored_document_still_has_its_hash() -> None:
    document = thing_document("newborn", name="䶮㛃𬀩·阿依古丽")
    publish_now(document)
    edition = Edition.objects.get()
    assert edition.edition_hash == edition_hash(document) == edition_hash(edition.document)
    assert edition_document(edition.edition_hash) == document


def test_queries_stay_few(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    publish_now(*(thing_document(f"thing-{number}") for number in range(20)))
    with django_assert_num_queries(1):
        assert len(current_entries(at=AT)) == 20
    with django_assert_num_queries(2):
        current_edition("thing-3", at=AT)
    with django_assert_num_queries(1):
        current_edition("thing-3", at=AT)
    find_things("办事", at=AT)
    with django_assert_num_queries(1):
        assert find_things("thing-7", at=AT).things[0][0].onething == "thing-7"


def test_synonyms_are_part_of_the_release_and_of_no_edition() -> None:
    first = publish([thing_document("newborn")], synonyms=[["宝宝", "婴儿"]], effective_at=AT, at=AT)
    kept = publish_now(thing_document("newborn"), thing_document("death"), at=AT + timedelta(hours=1))
    assert kept.synonyms == first.synonyms, "said nothing about, they stay"
    changed = publish([], synonyms=[["宝宝", "婴儿", "新生儿"]], effective_at=LATER, at=LATER)
    assert changed.entries_hash != kept.entries_hash
    assert publish([], synonyms=[["宝宝", "婴儿", "新生儿"]], effective_at=LATER, at=LATER) == changed
    assert Edition.objects.count() == 2


def test_publishing_writes_in_sets(django_assert_max_num_queries: Callable[..., Any]) -> None:
    with django_assert_max_num_queries(16):
        publish_now(*(thing_document(f"thing-{number}") for number in range(60)))


NEWBORN = """
key: newborn
name: 新生儿出生一件事
subject: person
items:
  - key: birth-certificate
    name: 出生医学证明
    department: 卫生健康部门
    kind: 公共服务
  - key: household
    name: 出生登记
    department: 公安部门
    kind: 行政确认
    after: [{after}]
"""


def test_a_folder_is_published_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "newborn.yaml").write_text(NEWBORN.format(after="birth-certificate"), encoding="utf-8")
    first = publish_folder(tmp_path, effective_at=AT, at=AT, note="第一次")
    assert publish_folder(tmp_path, effective_at=LATER, at=LATER) == first
    assert [entry.onething for entry in current_entries(at=AT)] == ["newborn"]


def test_a_folder_with_errors_is_refused_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "newborn.yaml").write_text(NEWBORN.format(after="nowhere"), encoding="utf-8")
    with pytest.raises(PublishRefused) as refused:
        publish_folder(tmp_path, effective_at=AT, at=AT)
    assert refused.value.code == "check_errors"
    assert any("nowhere" in finding.reason for finding in refused.value.findings)
    assert not Release.objects.exists()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishRefused, match="没有一件事"):
        publish_folder(tmp_path, effective_at=AT, at=AT)
