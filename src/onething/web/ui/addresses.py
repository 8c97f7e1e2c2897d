"""Addresses of pages and static files, each worked out once: `reverse` and the manifest cost more than a row of a list."""

from functools import lru_cache
from typing import Final

from django.templatetags.static import static
from django.urls import reverse

__all__ = ["link_to", "static_address"]

# More than the rows of all lists that are open at one time; the oldest make room.
KEPT: Final = 20_000


@lru_cache(maxsize=KEPT)
def link_to(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page by its name. Raises NoReverseMatch for a name or arguments that lead nowhere."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=KEPT)
def static_address(path: str) -> str:
    """The address of a static file, with the digest of its content. Raises ValueError for a file that is not there."""
    return static(path)
