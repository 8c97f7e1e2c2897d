"""Addresses of the public face."""

from django.urls import path

from onething.web.public import zone

app_name = "public"

urlpatterns = [
    path("", zone.home, name="home"),
    path("zone/", zone.home, name="zone"),
    path("search/", zone.search, name="search"),
    path("things/<slug:key>/", zone.guide, name="guide"),
]
