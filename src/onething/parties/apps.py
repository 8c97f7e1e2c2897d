from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Divisions, organisations, routing, accounts and officers (R5.2)."""

    name = "onething.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
