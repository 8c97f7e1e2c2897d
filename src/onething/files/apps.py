from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Stored content, named by the keyed digest of its bytes."""

    name = "onething.files"
    label = "files"
