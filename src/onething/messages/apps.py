from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The applicant hears of every step without asking (R5.7). The label keeps clear of Django's own messages."""

    name = "onething.messages"
    label = "onething_messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask the kernel to announce the events that applicants are told of."""
        from onething.cases.record import announce  # noqa: PLC0415  # tables are there only now
        from onething.messages.rules import STEPS  # noqa: PLC0415  # only when Django is set up

        announce({kind: step.wait for kind, step in STEPS.items()})
