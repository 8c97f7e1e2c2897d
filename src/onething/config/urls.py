"""Every address of the product: each face brings its own list."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

FACES = [
    ("api/", "onething.api.urls"),
    ("ui/", "onething.web.ui.urls"),
    ("accounts/", "onething.web.accounts.urls"),
    ("review/", "onething.web.review.urls"),
    ("", "onething.web.public.urls"),
]

urlpatterns: list[URLPattern | URLResolver] = [path(prefix, include(name)) for prefix, name in FACES if find_spec(name)]

# Pages for what went wrong: each says what happened to the data and what to do now (X14).
handler400 = "onething.web.ui.views.bad_request"
handler403 = "onething.web.ui.views.permission_denied"
handler404 = "onething.web.public.zone.not_found"
handler500 = "onething.web.ui.views.server_error"
