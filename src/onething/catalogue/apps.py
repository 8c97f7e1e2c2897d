from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Editions and releases of one-things (R2.1.a, R2.1.c, R5.3)."""

    name = "onething.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
