"""Tables of joint activities: one visit of several bodies, what each looks at, says and finds (R2.8.d)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onething.activities.querysets import BlockedTimeQuerySet, JointActivityQuerySet, ParticipationQuerySet
from onething.activities.rules import Opinion, ValidWith
from onething.activities.states import RUNNING, ActivityState, Kind
from onething.kit.sealed import SealedTextField

__all__ = [
    "KIND_WORDS", "OPINION_WORDS", "STATE_WORDS", "BlockedTime", "ChecklistPoint", "Defect", "DrawingVersion", "JointActivity",
    "LateFinding", "Participation", "SentEntry", "SitePhoto", "Slot",
]  # fmt: skip

KIND_WORDS = {
    Kind.ASSESSMENT: _("联合评估"),
    Kind.DRAWING_REVIEW: _("联合审图"),
    Kind.SURVEY: _("联合勘验"),
    Kind.COMPLETION_INSPECTION: _("联合验收"),
}
STATE_WORDS = {
    ActivityState.PROPOSED: _("正在定时间"),
    ActivityState.OFFERED: _("等申请人选时间"),
    ActivityState.BOOKED: _("时间已定"),
    ActivityState.HELD: _("正在进行"),
    ActivityState.CLOSED: _("已结束"),
    ActivityState.CANCELLED: _("已取消"),
}
OPINION_WORDS = {Opinion.PASS: _("通过"), Opinion.DEFECTS: _("有问题要整改"), Opinion.FAIL: _("不通过")}
RUNNING_STATES = sorted(state.value for state in RUNNING)
TIMED_STATES = [ActivityState.BOOKED.value, ActivityState.HELD.value, ActivityState.CLOSED.value]


class JointActivity(models.Model):
    """One appointment at which several bodies look at the same thing, and the one sheet that comes of it.

    The rule by which it counts is copied from the edition when it is arranged: a later edition changes no visit. There is no
    clock here, because a visit stops none. `recheck_of` names the first visit whose open points are looked at again;
    `by_photo` says that nobody comes for that. `sheet_hash` is of what was signed, so that a sheet drawn later can be compared.
    """

    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="activities")
    ordinal = models.PositiveSmallIntegerField()
    home_division = models.CharField(max_length=12)
    kind = models.CharField(max_length=24, choices=[(kind.value, KIND_WORDS[kind]) for kind in Kind])
    state = models.CharField(max_length=12, choices=[(state.value, STATE_WORDS[state]) for state in ActivityState])
    # Empty: the place the application names, which the lead does not see.
    place = SealedTextField(blank=True, default="")
    invited = SealedTextField(blank=True, default="")
    minutes = models.PositiveSmallIntegerField()
    valid_with = models.CharField(max_length=8, choices=[(one.value, one.value) for one in ValidWith])
    quorum = models.PositiveSmallIntegerField(null=True)
    photo_recheck = models.BooleanField(default=False)
    recheck_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="rechecks")
    by_photo = models.BooleanField(default=False)
    arranged_by = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    slot = models.ForeignKey("activities.Slot", models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    declined_reason = SealedTextField(blank=True, default="")
    ended_reason = SealedTextField(blank=True, default="")
    applicant_words = SealedTextField(blank=True, default="")
    applicant_signed_at = models.DateTimeField(null=True)
    is_valid = models.BooleanField(null=True)
    opinion = models.CharField(max_length=8, blank=True, default="")
    sheet_hash = models.CharField(max_length=64, blank=True, default="")
    arranged_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JointActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="activity_ordinal_unique"),
            # Exactly one visit of a kind at a time, whoever arranges it (ux f).
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state__in=RUNNING_STATES), name="activity_one_running"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ActivityState]), name="activity_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TIMED_STATES)
                | Q(slot__isnull=False, booked_at__isnull=False)
                | Q(by_photo=True),
                name="activity_booked_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RUNNING_STATES, ended_at__isnull=True)
                | ~Q(state__in=RUNNING_STATES) & Q(ended_at__isnull=False),
                name="activity_ended_at_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(is_valid__isnull=False) & ~Q(sheet_hash=""),
                name="activity_closed_has_sheet",
            ),
            models.CheckConstraint(
                condition=Q(by_photo=False) | Q(recheck_of__isnull=False), name="activity_photo_only_recheck"
            ),
        ]
        indexes = [models.Index(fields=["case", "ordinal"], name="activity_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.ordinal}"

    @property
    def activity_state(self) -> ActivityState:
        """The state as a value of the enumeration."""
        return ActivityState(self.state)

    @property
    def is_running(self) -> bool:
        """Whether anybody still has something to do in it."""
        return self.activity_state in RUNNING


class Slot(models.Model):
    """One time offered to the applicant. `missing` are keys of bodies known to be taken then. `round` counts the offers."""

    activity = models.ForeignKey(JointActivity, models.PROTECT, related_name="slots")
    round = models.PositiveSmallIntegerField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    missing = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "round", "start"], name="slot_once_per_round"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="slot_takes_time"),
        ]

    def __str__(self) -> str:
        return self.start.isoformat()


class Participation(models.Model):
    """One item's body in one activity: who came, what it says, when that was signed.

    `drawings` are the versions the opinion judged (R2.8.d/5). `inspector` is null until somebody of the body comes or signs.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("要来")
        PRESENT = "present", _("到场")
        ABSENT = "absent", _("没有到场")

    activity = models.ForeignKey(JointActivity, models.PROTECT, related_name="participations")
    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="participations")
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    inspector = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    present_at = models.DateTimeField(null=True)
    opinion = models.CharField(
        max_length=8, choices=[(one.value, OPINION_WORDS[one]) for one in Opinion], blank=True, default=""
    )
    words = SealedTextField(blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    drawings = models.ManyToManyField("activities.DrawingVersion", related_name="+")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "item"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(opinion="", signed_at__isnull=True)
                | ~Q(opinion="") & Q(signed_at__isnull=False, inspector__isnull=False, state="present"),
                name="participation_signed_whole",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "activity"], name="participation_of_body")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.organisation_id}"


class ChecklistPoint(models.Model):
    """One thing a body looks at on the spot. `defect` is the open point that is looked at again."""

    class Answer(models.TextChoices):
        OK = "ok", _("符合")
        NOT_OK = "not_ok", _("不符合")
        NA = "na", _("不涉及")

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="points")
    ordinal = models.PositiveSmallIntegerField()
    title = SealedTextField()
    basis = models.TextField(blank=True, default="")
    defect = models.ForeignKey("activities.Defect", models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True, default="")
    note = SealedTextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "ordinal"], name="point_ordinal_unique"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="point_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}.{self.ordinal}"


class Defect(models.Model):
    """Something to be put right, found at a visit. `closed_in` is the re-check that found it put right."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="defects")
    point = models.ForeignKey(ChecklistPoint, models.PROTECT, null=True, related_name="defects")
    text = SealedTextField()
    found_at = models.DateTimeField()
    closed_in = models.ForeignKey(Participation, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_in__isnull=True, closed_at__isnull=True)
                | Q(closed_in__isnull=False, closed_at__isnull=False),
                name="defect_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.pk}"


class SitePhoto(models.Model):
    """A photograph taken on the spot, bound to the point or the defect it shows; of an inspector, or of the applicant (a re-check)."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="photos")
    point = models.ForeignKey(ChecklistPoint, models.PROTECT, null=True, related_name="photos")
    defect = models.ForeignKey(Defect, models.PROTECT, null=True, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    by_applicant = models.BooleanField(default=False)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.file_id}"


class SentEntry(models.Model):
    """One entry a device made, by the id it gave it: whatever is sent again is taken once (ux f3)."""

    client_id = models.CharField(max_length=80, unique=True)
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.client_id


class LateFinding(models.Model):
    """What a body adds after the sheet was agreed, with the reason why it was not on it (ux f4)."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="late_findings")
    officer = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    defect = models.ForeignKey(Defect, models.PROTECT, related_name="+")
    reason = SealedTextField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.added_at:%Y-%m-%d}"


class DrawingVersion(models.Model):
    """One state of a drawing that was handed in: the first, and each that replaced it (R2.8.d/5). It never changes."""

    material = models.ForeignKey("cases.MaterialInstance", models.PROTECT, related_name="drawing_versions")
    ordinal = models.PositiveSmallIntegerField()
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["material", "ordinal"], name="drawing_version_unique")]

    def __str__(self) -> str:
        return f"{self.material_id}, {self.ordinal}"


class BlockedTime(models.Model):
    """A time at which a body cannot come to a visit, as one of its officers says: no reason is asked."""

    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    officer = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    start = models.DateTimeField()
    end = models.DateTimeField()

    objects = BlockedTimeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="blocked_takes_time")]
        indexes = [models.Index(fields=["organisation", "end"], name="blocked_of_body")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.start:%Y-%m-%d %H:%M}"
