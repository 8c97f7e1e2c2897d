"""A sealed field stores and gives back, and is a closed box for queries."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from onething.kit.sealed import SealedJSONField, SealedTextField


@pytest.mark.django_db
@isolate_apps("onething.kit")
def test_sealed_fields() -> None:
    class Sealed(models.Model):  # noqa: DJ008 - lives for one test
        answers = SealedJSONField(null=True)
        words = SealedTextField(blank=True)

        class Meta:
            app_label = "kit"

    with connection.schema_editor() as editor:
        editor.create_model(Sealed)
    rows = Sealed._default_manager
    made = rows.create(answers={"mother": {"name": "王𬀩"}}, words="䶮")
    read = rows.get(pk=made.pk)
    assert (read.answers, read.words) == ({"mother": {"name": "王𬀩"}}, "䶮")
    rows.filter(pk=made.pk).update(answers=None)
    assert rows.filter(answers__isnull=True).exists()
    searches: tuple[dict[str, object], ...] = (
        {"answers": {}},
        {"answers__mother": 1},
        {"words": "䶮"},
        {"words__contains": "x"},
    )
    for search in searches:
        with pytest.raises(FieldError, match="sealed"):
            rows.filter(**search)
