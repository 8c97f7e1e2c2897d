from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The event log (R5.6): what was done, by whom, for whom."""

    name = "onething.audit"
    label = "audit"
