"""What departments found, the one notice made of it, and what the applicant answered (R2.7)."""

from django.db import models
from django.db.models import Q

from onething.feedback.areas import Area
from onething.feedback.querysets import CorrectionRoundQuerySet, FindingQuerySet
from onething.feedback.rules import Target, TargetKind
from onething.feedback.states import FindingState, RoundState
from onething.kit.sealed import SealedJSONField, SealedTextField

__all__ = ["CorrectionPoint", "CorrectionRound", "Finding", "PointFile", "RoundItem"]

OPEN = [RoundState.COLLECTING.value, RoundState.NOTICED.value]
TOLD = [FindingState.ENTERED.value, FindingState.NOTICED.value]


class CorrectionRound(models.Model):
    """One round of one case: everything found until the cut-off, told in one notice, answered at once.

    `cut_off` is when findings end, `latest_notice` when the notice goes out whatever is unsettled, `due_at` when something
    next happens by itself. `held_at`: a contradiction waits for the lead. A case has at most one round that gathers.
    """

    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="rounds")
    ordinal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in RoundState])
    opened_at = models.DateTimeField()
    cut_off = models.DateTimeField()
    latest_notice = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    answer_by = models.DateField(null=True)
    extended_times = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    home_division = models.CharField(max_length=12)

    objects = CorrectionRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="round_numbered"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="collecting"), name="round_gathers_once"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RoundState]), name="round_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True) | ~Q(state__in=OPEN) & Q(ended_at__isnull=False),
                name="round_ended_iff_over",
            ),
            models.CheckConstraint(
                condition=Q(noticed_at__isnull=True, answer_by__isnull=True)
                | Q(noticed_at__isnull=False, answer_by__isnull=False),
                name="round_notice_says_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["noticed", "answered", "lapsed"]) | Q(noticed_at__isnull=False),
                name="round_answered_after_notice",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | ~Q(state="answered") & Q(answered_at__isnull=True),
                name="round_answered_at_iff_answered",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="round_due", condition=Q(state__in=OPEN))]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.ordinal} {self.state}"

    @property
    def round_state(self) -> RoundState:
        """The state as a value of the enumeration."""
        return RoundState(self.state)


class RoundItem(models.Model):
    """What a round is to one item: whether its body has spoken, and what of its input the answer changed."""

    round = models.ForeignKey(CorrectionRound, models.CASCADE, related_name="items")
    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="rounds")
    said_at = models.DateTimeField(null=True)
    said_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    changed = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "item"], name="round_item_once"),
            models.CheckConstraint(
                condition=Q(said_at__isnull=True, said_by__isnull=True)
                | Q(said_at__isnull=False, said_by__isnull=False),
                name="round_item_said_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.item_id}"


class Targeted(models.Model):
    """A row about one thing that can be wrong."""

    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in TargetKind])
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def target(self) -> Target:
        """The thing itself."""
        return Target(TargetKind(self.kind), self.key, self.subject)


class CorrectionPoint(Targeted):
    """One point of a notice: one target, whatever number of bodies found something about it.

    `answer`: `values` by control, `typed` what could not be read, `explanation`; `before` is what stood there when the answer
    was handed in. Files that were chosen wait in `PointFile`.
    """

    round = models.ForeignKey(CorrectionRound, models.CASCADE, related_name="points")
    ordinal = models.PositiveSmallIntegerField()
    answer = SealedJSONField(default=dict)
    before = SealedJSONField(default=dict)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "ordinal"], name="point_numbered"),
            models.UniqueConstraint(fields=["round", "kind", "key", "subject"], name="point_once_per_target"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}.{self.ordinal}"


class PointFile(models.Model):
    """A file the applicant chose for a point and has not handed in yet."""

    point = models.ForeignKey(CorrectionPoint, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "file"], name="point_file_once")]

    def __str__(self) -> str:
        return f"{self.point_id}: {self.file_id}"


class Finding(Targeted):
    """One thing one body found wrong with one item, bound to a datum, a paper or a section.

    `round` is null while a superior has not approved what could have been seen before (`exception` says why it needs that).
    `required` is what the value or paper must be, if the body says so; `lead_words` what the lead added to a contradiction.
    """

    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="findings")
    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="findings")
    round = models.ForeignKey(CorrectionRound, models.PROTECT, null=True, related_name="findings")
    point = models.ForeignKey(CorrectionPoint, models.PROTECT, null=True, related_name="findings")
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    officer = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    words = SealedTextField(default="")
    required = SealedTextField(default="")
    basis = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in FindingState])
    entered_at = models.DateTimeField()
    exception = models.CharField(max_length=10, blank=True, default="")
    exception_reason = SealedTextField(default="")
    approved_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    lead_words = SealedTextField(default="")
    # Places marked on the pages of the paper (`areas.Area`): one reason may be seen at several places.
    areas = models.JSONField(default=list)
    home_division = models.CharField(max_length=12)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in FindingState]), name="finding_state_known"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in TargetKind]), name="finding_kind_known"),
            # The same body says the same thing of the same target once.
            models.UniqueConstraint(
                fields=["item", "kind", "key", "subject", "reason"],
                condition=Q(state__in=["proposed", *TOLD]),
                name="finding_said_once",
            ),
            # What could have been seen before is told only when a superior approved it (R2.7.a/3).
            models.CheckConstraint(
                condition=~Q(state__in=TOLD)
                | Q(exception="")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="finding_exception_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | ~Q(exception="") & Q(round__isnull=True), name="finding_proposed_why"
            ),
            models.CheckConstraint(condition=~Q(state__in=TOLD) | Q(round__isnull=False), name="finding_in_a_round"),
            models.CheckConstraint(condition=Q(kind="material") | Q(areas=[]), name="finding_areas_on_paper"),
            models.CheckConstraint(
                condition=~Q(state="noticed") | Q(point__isnull=False), name="finding_told_as_point"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "approved_at"],
                name="finding_exceptions",
                condition=Q(approved_at__isnull=False),
            ),
            models.Index(fields=["organisation", "id"], name="finding_proposed", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.kind} {self.key} {self.reason}"

    @property
    def marked(self) -> tuple[Area, ...]:
        """The places it marks."""
        return tuple(Area.of_json(one) for one in self.areas)
