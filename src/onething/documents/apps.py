from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """What a body says in writing about a case: receipt, acceptance, refusal and their kin (R2.2.c/4)."""

    name = "onething.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
