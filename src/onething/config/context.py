"""What every template may know of the installation."""

from django.conf import settings
from django.http import HttpRequest

__all__ = ["demonstration"]


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """`is_demo` puts the banner of a demonstration installation on every page."""
    del request
    return {"is_demo": settings.ONETHING_DEMO}
