from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """One dispatch to all departments, and what each does with its item (R2.8)."""

    name = "onething.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"
