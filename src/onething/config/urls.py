"""Every address of the product: each face brings its own list."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

FACES = [
    ("ui/", "onething.web.ui.urls"),
    ("accounts/", "onething.web.accounts.urls"),
    ("review/", "onething.web.review.urls"),
    ("", "onething.web.public.urls"),
]

urlpatterns: list[URLPattern | URLResolver] = [path(prefix, include(name)) for prefix, name in FACES if find_spec(name)]
