"""The city that searches are measured in is as large as the figures say, and can be published and searched."""

import pytest
from django.conf import settings
from django.utils import timezone

from onething.bench.measures.zone import city
from onething.catalogue.services import find_things, publish, publish_folder


@pytest.mark.django_db
def test_a_city_of_ten_thousand_items_is_published_and_found() -> None:
    now = timezone.now()
    publish_folder(settings.CATALOGUE_DIR, effective_at=now, at=now)
    documents = list(city())
    assert sum(len(document["items"]) for document in documents) == 10_000
    publish(documents, effective_at=now, at=now)
    found = find_things("登记", at=now)
    assert any(item.onething.startswith("city-") for item in found.items)
    assert any(entry.onething == "newborn" for entry, _hit in find_things("上户口", at=now).things)
