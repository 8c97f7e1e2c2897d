from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components, tokens and the gallery page."""

    name = "onething.web.ui"
    label = "ui"
