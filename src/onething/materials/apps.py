from django.apps import AppConfig


class MaterialsConfig(AppConfig):
    """The one set of materials (R2.5)."""

    name = "onething.materials"
    label = "materials"
    default_auto_field = "django.db.models.BigAutoField"
