from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The face of residents and businesses."""

    name = "onething.web.public"
    label = "public"
