"""What is known of stored content."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

__all__ = ["StoredFile"]


class StoredFile(models.Model):
    """One content, stored once however often it is handed in. It never changes.

    Absent on purpose: a name and an owner. Names tell about persons and belong to the use (a draft's material, a
    result); who may read is decided by the case that uses it, never by knowing the digest, which is keyed.
    """

    digest = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=60)
    page_count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    home_division = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="stored_file_digest_form"),
        ]

    def __str__(self) -> str:
        return f"{self.media_type} {self.digest[:8]}"
