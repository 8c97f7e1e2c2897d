"""The shipped catalogue as a city gets it: published, found by everyday words, and every item with a body and a reviewer."""

import pytest
from django.conf import settings
from django.utils import timezone
from tests.cast import AT
from tests.factories.parties import TOWN

from onething.catalogue.services import current_entries, edition_document, find_things, publish_folder
from onething.cli.demo import item_to_route, load
from onething.parties.demo import CITY, PLACE
from onething.parties.models import Officer
from onething.parties.routing import route_items

pytestmark = pytest.mark.django_db


def test_everyday_words_find_the_shipped_things_first() -> None:
    """ux a1, over what is really published."""
    publish_folder(settings.CATALOGUE_DIR, effective_at=AT, at=AT)
    wanted = {
        "newborn": ["上户口", "出生证", "宝宝医保", "csyjs", "出生一件是"],
        "restaurant-start": ["开饭店", "开餐馆"],
        "death": ["老人去世", "销户口"],
        "social-security-card": ["社保卡", "社保卡丢了"],
        "retirement": ["退休", "办退休"],
        "second-hand-home": ["二手房", "买房过户"],
        "company-start": ["开公司", "注册公司"],
        "company-deregistration": ["注销公司", "关公司"],
        "employee-hire": ["招人", "新员工入职"],
        "disability-services": ["残疾证", "残疾人证"],
        "flexible-employment": ["灵活就业", "自己交社保"],
        "utilities-connection": ["水电开户", "水电气报装"],
        "construction-permit": ["施工许可", "开工许可"],
        "completion-acceptance": ["竣工验收"],
        "collateral-registration": ["抵押登记", "企业贷款抵押"],
        "enterprise-real-estate": ["买厂房", "厂房过户"],
    }
    for key, words in wanted.items():
        for word in words:
            hits = find_things(word, at=AT).things
            assert hits, word
            assert hits[0][1].key == key, (word, hits)


def test_every_shipped_item_has_a_body_and_the_body_a_reviewer() -> None:
    publish_folder(settings.CATALOGUE_DIR, effective_at=AT, at=AT)
    load(at=AT)
    reviewed = set(Officer.objects.serving().in_role(Officer.Role.REVIEWER).values_list("organisation_id", flat=True))
    things = [edition_document(entry.edition.edition_hash) for entry in current_entries(at=AT)]
    items = [item_to_route(item) for thing in things for item in thing["items"]]
    for place in (TOWN, PLACE, CITY):
        for item, body in route_items(items, place, timezone.localtime(AT).date()).items():
            assert body is not None, (place, item)
            assert body.pk in reviewed, (place, item, body)


def test_loading_the_town_twice_tells_the_same_people() -> None:
    publish_folder(settings.CATALOGUE_DIR, effective_at=AT, at=AT)
    assert load(at=AT) == load(at=AT)
