from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """What several bodies look at together, once (R2.8.d)."""

    name = "onething.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"
