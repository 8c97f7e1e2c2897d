from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The preliminary review of a whole case by the lead's officer (R2.2.c)."""

    name = "onething.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
