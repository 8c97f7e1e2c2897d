"""Tables of what is published: editions, and the releases that say from which moment which edition holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from onething.catalogue.querysets import EditionQuerySet, ReleaseEntryQuerySet, ReleaseQuerySet

__all__ = ["Edition", "Release", "ReleaseEntry"]

# Rows of all three tables are written once: triggers in the first migration refuse every UPDATE and DELETE (I7).


class Edition(models.Model):
    """One one-thing as published, with everything it refers to: the source of every page, notice, form and case (I7).

    The hash is of the canonical document alone. Version, moment of publication and routing are outside of it, so that the
    same files give the same hash on any machine; there is no "current" flag either: that is what a release says.
    """

    onething = models.CharField(max_length=100)
    version = models.CharField(max_length=20)
    # Counts the editions of one one-thing; the version shows it by year, this orders them.
    ordinal = models.PositiveIntegerField()
    edition_hash = models.CharField(max_length=64, unique=True)
    schema = models.CharField(max_length=40)
    document = models.JSONField()
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=20)
    stages = models.JSONField(default=list)
    published_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["onething", "version"], name="edition_version_unique"),
            models.UniqueConstraint(fields=["onething", "ordinal"], name="edition_ordinal_unique"),
            models.CheckConstraint(condition=Q(edition_hash__regex=r"^[0-9a-f]{64}$"), name="edition_hash_hex"),
        ]

    def __str__(self) -> str:
        return f"{self.onething} {self.version}"

    @property
    def short_hash(self) -> str:
        """What is printed beside the version on every page and paper (R2.1.c)."""
        return self.edition_hash[:8]


class Release(models.Model):
    """One moment from which on a complete list of editions holds, for all channels at once (design decision 3).

    Complete: it names every one-thing, also those that did not change, so that what holds at a moment is one release.
    """

    number = models.PositiveIntegerField(unique=True)
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField()
    note = models.TextField(blank=True)
    # Groups of words that mean the same to people. They hold for all one-things at once and for search alone, so a new word
    # makes a new release, but no new edition that drafts would have to ask about.
    synonyms = models.JSONField(default=list)
    # Hash of entries and synonyms: two releases that say the same have the same, which makes publishing repeatable and
    # caches safe.
    entries_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-effective_at", "-number"], name="release_in_force")]

    def __str__(self) -> str:
        return str(self.number)


class ReleaseEntry(models.Model):
    """One line of a release: this one-thing, in this edition.

    A retired one-thing stays named with its last edition: its page says that it is no longer offered, and old links hold.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="entries")
    onething = models.CharField(max_length=100)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="entries")
    retired = models.BooleanField(default=False)

    objects = ReleaseEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "onething"], name="release_entry_unique")]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.onething}"
