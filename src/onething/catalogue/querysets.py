"""Reads of editions and releases: they narrow and order, never evaluate."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Subquery

from onething.kit.statements import Parameter

if TYPE_CHECKING:
    from onething.catalogue.models import Edition, Release, ReleaseEntry  # noqa: F401  # read by the type checker

__all__ = ["EditionQuerySet", "ReleaseEntryQuerySet", "ReleaseQuerySet"]


class ReleaseQuerySet(models.QuerySet["Release"]):
    def in_force(self, *, at: datetime | Parameter) -> Self:
        """Releases that have taken effect, the one that holds first: of two for one moment, the later published."""
        return self.filter(effective_at__lte=at).order_by("-effective_at", "-number")

    def latest_first(self) -> Self:
        return self.order_by("-effective_at", "-number")


class ReleaseEntryQuerySet(models.QuerySet["ReleaseEntry"]):
    def of_first(self, releases: "ReleaseQuerySet") -> Self:
        """The entries of the first of some releases, in the order of keys. Documents are not fetched."""
        return (
            self.filter(release_id=Subquery(releases.values("pk")[:1]))
            .select_related("edition", "release")
            .defer("edition__document", "release__synonyms")
            .order_by("onething")
        )

    def offered(self) -> Self:
        """Entries that can be started now; a retired one-thing keeps only its page."""
        return self.filter(retired=False)


class EditionQuerySet(models.QuerySet["Edition"]):
    def with_hashes(self, hashes: Iterable[str]) -> Self:
        return self.filter(edition_hash__in=list(hashes))

    def of_onething(self, key: str) -> Self:
        """All editions of one one-thing, newest first, without their documents."""
        return self.filter(onething=key).defer("document").order_by("-ordinal")

    def of_onethings(self, keys: Iterable[str]) -> Self:
        """All editions of some one-things, oldest first, without their documents."""
        return self.filter(onething__in=list(keys)).defer("document").order_by("onething", "ordinal")
