from django.apps import AppConfig


class SubmissionConfig(AppConfig):
    """Drafts and the one submission (R2.6)."""

    name = "onething.submission"
    label = "submission"
    default_auto_field = "django.db.models.BigAutoField"
