from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The case, its items, their states and clocks (R5.4, R5.5)."""

    name = "onething.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
