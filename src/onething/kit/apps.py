from django.apps import AppConfig


class KitConfig(AppConfig):
    """No domain words: transactions, identifiers, hashing, working days, outbox."""

    name = "onething.kit"
    label = "kit"
