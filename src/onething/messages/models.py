"""The messages of an applicant."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from onething.kit.sealed import SealedJSONField
from onething.messages.querysets import MessageQuerySet

__all__ = ["Message"]


class Message(models.Model):
    """One step of one case that its applicant was told of, in the product.

    `step` is the kind of event, `facts` are the names its sentence needs, as they were then. `key` names the event, so that a repeated
    delivery makes no second message. There is no text: it is written in the reader's language when it is read.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=40)
    step = models.CharField(max_length=60)
    facts = SealedJSONField(default=dict)
    key = models.CharField(max_length=60, unique=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="message_of_account"),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.key
