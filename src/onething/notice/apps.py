from django.apps import AppConfig


class NoticeConfig(AppConfig):
    """The notice: everything the applicant must know, told once (R2.3)."""

    name = "onething.notice"
    label = "notice"
    default_auto_field = "django.db.models.BigAutoField"
