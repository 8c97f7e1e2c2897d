from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Departments' own systems: who they are, what they are told, what they report (R2.8.c, R5.11)."""

    name = "onething.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
