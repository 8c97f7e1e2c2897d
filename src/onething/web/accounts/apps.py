from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-in pages and the access helpers of all faces."""

    name = "onething.web.accounts"
    label = "accounts"
