from django.apps import AppConfig


class KitConfig(AppConfig):
    """No domain words: transactions, identifiers, hashing, working days, outbox, documents."""

    name = "onething.kit"
    label = "kit"

    def ready(self) -> None:
        from onething.kit import checks  # noqa: F401, PLC0415 - registers itself, and needs the settings
