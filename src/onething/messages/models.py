"""The messages of an applicant, and where else than in the product they may go."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onething.kit.sealed import SealedJSONField, SealedTextField
from onething.messages.querysets import AddressCodeQuerySet, AddressQuerySet, MessageQuerySet, SendingQuerySet
from onething.messages.rules import CODE_ATTEMPTS, Channel

__all__ = ["CHANNEL_WORDS", "Address", "AddressCode", "KeptText", "Message", "Sending"]

CHANNEL_WORDS = {Channel.EMAIL: _("电子邮件"), Channel.SMS: _("短信")}
LONGEST_CHANNEL = 5


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


class Address(models.Model):
    """Where a person also wants to be told: one address for each channel, theirs by a code that came to it.

    There is no unconfirmed address: until its code was typed in, it stands in `AddressCode` only, and nothing else is sent to it.
    `language` is the one the person read when confirming it.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(
        max_length=LONGEST_CHANNEL, choices=[(one.value, words) for one, words in CHANNEL_WORDS.items()]
    )
    address = SealedTextField()
    language = models.CharField(max_length=10)
    is_on = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField()

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "channel"], name="address_one_per_channel"),
            models.CheckConstraint(condition=Q(channel__in=[one.value for one in Channel]), name="address_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.account_id}"


class AddressCode(models.Model):
    """One code sent to an address somebody gave. The code itself is nowhere: it follows from the row and the installation's key.

    `digest` finds the address again, so that many accounts cannot flood one telephone. `ended_at`: used, replaced by a newer one,
    or guessed at too often.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=LONGEST_CHANNEL)
    address = SealedTextField()
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    objects = AddressCodeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(attempts__lte=CODE_ATTEMPTS), name="address_code_attempts"),
            models.UniqueConstraint(
                fields=["account", "channel"], condition=Q(ended_at__isnull=True), name="address_code_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "asked_at"], name="address_code_of_account"),
            models.Index(fields=["digest", "asked_at"], name="address_code_of_address"),
            models.Index(fields=["asked_at"], name="address_code_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Sending(models.Model):
    """One message on its way to where its reader also wants to hear of it, by one channel; the address is looked up when it leaves.

    `turn` counts what was sent of one kind of step in one state of one case: the next is there only when the window of the one before
    is over, so two events that say the same make one text, whoever handles them and however often (R5.7/2). `started_at` is set
    while a worker is at it. `dropped_at`: the address was switched off or removed meanwhile.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="sendings")
    channel = models.CharField(max_length=LONGEST_CHANNEL)
    case_number = models.CharField(max_length=40)
    step = models.CharField(max_length=60)
    state = models.CharField(max_length=60)
    turn = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_number", "step", "state", "channel", "turn"], name="sending_once_in_its_window"
            ),
            models.UniqueConstraint(fields=["message", "channel"], name="sending_once_per_channel"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True), name="sending_sent_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}:{self.channel}"


class KeptText(models.Model):
    """What a demonstration would have sent: kept here instead, because nothing may leave the machine. A real installation has none."""

    channel = models.CharField(max_length=LONGEST_CHANNEL)
    digest = models.CharField(max_length=64)
    address = SealedTextField()
    subject = models.CharField(max_length=200)
    body = SealedTextField()
    key = models.CharField(max_length=120)
    kept_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest", "-id"], name="kept_text_of_address")]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"
