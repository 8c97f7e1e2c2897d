from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The face of departments."""

    name = "onething.web.review"
    label = "review"
