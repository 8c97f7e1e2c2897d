from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """One feedback for the whole bundle: findings, one notice per round, one answer (R2.7)."""

    name = "onething.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"
