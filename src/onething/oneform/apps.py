from django.apps import AppConfig


class OneformConfig(AppConfig):
    """The one form: everything asked once (R2.4)."""

    name = "onething.oneform"
    label = "oneform"
    default_auto_field = "django.db.models.BigAutoField"
