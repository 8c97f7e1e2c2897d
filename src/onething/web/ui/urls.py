"""Addresses of the components' own pages; the project mounts them under /ui/."""

from django.urls import path

from onething.web.ui import views

app_name = "ui"

urlpatterns = [
    path("mode/", views.switch_mode, name="mode"),
    path("language/", views.switch_language, name="language"),
    path("stay/", views.stay, name="stay"),
    path("components/", views.gallery, name="gallery"),
    path("identify/", views.identify, name="identify"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("help/", views.help_page, name="help"),
]
