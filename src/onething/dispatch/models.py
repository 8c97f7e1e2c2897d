"""What was sent to which body, the texts officers start an opinion from, and how a body is held to its days."""

from django.db import models
from django.db.models import F, Q

from onething.kit.sealed import SealedJSONField

__all__ = [
    "Card",
    "Dispatch",
    "Escalation",
    "OpinionTemplate",
    "OriginalMove",
    "Proposal",
    "RefusalChoice",
    "Reminder",
    "ReturnRequest",
]


class Dispatch(models.Model):
    """One sending of one item to one body. Re-sending makes a new row; `organisation` is null while nobody is known.

    There is no `accepted_by`: what the body does with it stands on the item.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="dispatches")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    # A coordinator sent it; null when the routing table did.
    sent_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    sent_reason = models.TextField(blank=True, default="", db_default="")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True, default="")
    right_body = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "round"], name="dispatch_round_unique"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason=""),
                name="dispatch_return_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.round}"


class OriginalMove(models.Model):
    """One paper original on its way between the body that took it in and the one that decides elsewhere (R3.1.g/4).

    Open until the receiving body says that it has it. Who has a paper now is the receiver of its last move.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="original_moves")
    home_division = models.CharField(max_length=12)
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")
    sender = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    receiver = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    received_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "key", "subject"],
                condition=Q(received_at__isnull=True),
                name="original_once_on_its_way",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True)
                | Q(received_at__gte=models.F("sent_at"), received_by__isnull=False),
                name="original_received_whole",
            ),
            models.CheckConstraint(condition=~Q(sender=models.F("receiver")), name="original_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["sent_at"], name="original_on_its_way", condition=Q(received_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.key}"


class OpinionTemplate(models.Model):
    """A text an officer starts from, with named places: `{申请人}`, `{事项}` … A place that cannot be filled is named (ux e6).

    `organisation` is null for texts of the whole platform, `item_id` empty for texts that fit every item.
    """

    class Purpose(models.TextChoices):
        GRANT = "grant"
        REFUSE = "refuse"
        NOT_ACCEPT = "not_accept"

    organisation = models.ForeignKey("parties.Organisation", models.CASCADE, null=True, related_name="+")
    item_id = models.CharField(max_length=200, blank=True, default="")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    title = models.CharField(max_length=100)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "item_id", "purpose", "title"],
                nulls_distinct=False,
                name="opinion_template_unique",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Card(models.Model):
    """A yellow or red card (黄牌、红牌) a body has earned with one item, by rule and never by hand (R4.2.c/1, ux e1).

    Yellow: a day began with the item near its promised day; red: with that day, or the law's last day, over. `earned_on` is that
    day, whenever the worker came to write it down, and `due` the day it was measured by. A card is never taken away: `cured_at`
    says when the item ended, or when its clock was moved so that the rule no longer holds.
    """

    class Clock(models.TextChoices):
        PROMISED = "promised"
        STATUTORY = "statutory"

    class Colour(models.TextChoices):
        YELLOW = "yellow"
        RED = "red"

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="cards")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    clock = models.CharField(max_length=12, choices=Clock.choices)
    colour = models.CharField(max_length=8, choices=Colour.choices)
    due = models.DateField()
    earned_on = models.DateField()
    given_at = models.DateTimeField()
    cured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "clock", "colour"], name="card_once_per_clock_and_colour"),
        ]
        indexes = [
            models.Index(fields=["item"], name="card_not_cured", condition=Q(cured_at__isnull=True)),
            models.Index(fields=["given_at"], name="card_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.clock} {self.colour}"


class Reminder(models.Model):
    """One 催办 of the lead to the body that has an item: seen by both with its time, at most one per item and working day (f5).

    `counts_on` is that working day: one sent on a free day counts for the next working day.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="reminders")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    counts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "counts_on"], name="reminder_once_a_day"),
        ]
        indexes = [models.Index(fields=["sent_at"], name="reminder_by_time")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.counts_on}"


class Escalation(models.Model):
    """The lead takes an item to a named higher officer, with a reason that the body reads too (f5)."""

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="escalations")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    to = models.ForeignKey("parties.Officer", models.PROTECT, related_name="escalations")
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="escalation_reasoned"),
            # Two presses of one button say it once.
            models.UniqueConstraint(fields=["item", "to"], name="escalation_once_per_officer"),
        ]
        indexes = [models.Index(fields=["sent_at"], name="escalation_by_time")]

    def __str__(self) -> str:
        return f"{self.item_id} -> {self.to_id}"


class Proposal(models.Model):
    """A decision one officer has written and a colleague of the same body confirms or sends back (the item's `second_person`).

    `decision` holds what the law wants of it, `words` what is about the person, exactly as the decision itself will. At most one
    of an item is open; who wrote it can take it back, never confirm it.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed"
        SENT_BACK = "sent_back"
        TAKEN_BACK = "taken_back"

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="proposals")
    home_division = models.CharField(max_length=12)
    proposed_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    granted = models.BooleanField()
    decision = models.JSONField(default=dict)
    words = SealedJSONField(default=dict)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True, default="")
    answered_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item"], name="proposal_one_open", condition=Q(answer="")),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="proposal_answer_whole",
            ),
            # The last line of defence of "never the same person"; a person with two offices is caught by the verb.
            models.CheckConstraint(
                condition=Q(answer__in=["", "taken_back"]) | ~Q(answered_by=F("proposed_by")),
                name="proposal_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(answer="sent_back") | ~Q(reason=""), name="proposal_sent_back_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.answer or 'open'}"


class ReturnRequest(models.Model):
    """A body that may not send an item back by itself any more asks the coordinator to decide (R2.8.b/3).

    That is so after the time for sending back, and when the item was sent back before: it is not passed on for ever. `kept` says
    that it stays; a body that was told so does not ask again.
    """

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="return_requests")
    home_division = models.CharField(max_length=12)
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    right_body = models.CharField(max_length=200)
    settled_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    kept = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], name="return_one_open_request", condition=Q(settled_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, kept__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, kept__isnull=False),
                name="return_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} from {self.organisation_id}"


class RefusalChoice(models.Model):
    """What hangs on a refused item and does not simply end: the applicant is asked, or it waits for review or lawsuit (R2.8.e/2).

    `until` is the last day; then silence decides as the rule says: who was asked goes on, what waited ends.
    """

    class Rule(models.TextChoices):
        ASK = "ask"
        WAIT = "wait"

    class Answer(models.TextChoices):
        GO_ON = "go_on"
        WITHDRAWN = "withdrawn"
        ENDED = "ended"

    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="choices")
    cause = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="+")
    home_division = models.CharField(max_length=12)
    rule = models.CharField(max_length=8, choices=Rule.choices)
    asked_at = models.DateTimeField()
    until = models.DateField()
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    # Null when nobody answered in time.
    answered_by = models.ForeignKey("parties.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "cause"], name="refusal_choice_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="refusal_choice_whole",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="refusal_choice_open", condition=Q(answer=""))]

    def __str__(self) -> str:
        return f"{self.item_id} after {self.cause_id}: {self.answer or self.rule}"
