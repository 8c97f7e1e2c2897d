from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Results: issued once, verifiable by anyone (R2.9)."""

    name = "onething.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
