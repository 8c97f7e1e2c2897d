"""Tables of the case: the whole, its items, and the one set of materials they share."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from onething.cases.clock_models import ClockExtension, ClockStop
from onething.cases.querysets import OPEN_STATES, ItemCaseQuerySet, MaterialInstanceQuerySet, OneThingCaseQuerySet
from onething.cases.states import ENDED, OPEN, BundleState, ItemState, Outcome, Trigger
from onething.kit.sealed import SealedJSONField

__all__ = [
    "BUNDLE_STATE_WORDS",
    "ITEM_STATE_WORDS",
    "ClockExtension",
    "ClockStop",
    "ItemCase",
    "MaterialInstance",
    "OneThingCase",
]

# What people read (ux 3.8): the plain word first, the legal one in brackets where it matters.
ITEM_STATE_WORDS = {
    ItemState.DRAFT: _("草稿"),
    ItemState.WAITING: _("等前一项办好"),
    ItemState.SUBMITTED: _("已提交"),
    ItemState.RECEIVED: _("已收到（收件）"),
    ItemState.IN_CORRECTION: _("需要您补充（补正）"),
    ItemState.ACCEPTED: _("开始计时（受理）"),
    ItemState.NOT_ACCEPTED: _("不归这个单位办（不予受理）"),
    ItemState.NOT_REQUIRED: _("不用办"),
    ItemState.IN_REVIEW: _("正在审核"),
    ItemState.SUSPENDED: _("暂停计时"),
    ItemState.GRANTED: _("已同意（准予）"),
    ItemState.REFUSED: _("没有同意（不予许可）"),
    ItemState.DONE: _("已办完（办结）"),
    ItemState.WITHDRAWN: _("您已撤回"),
    ItemState.TERMINATED: _("不再办理（终止）"),
    ItemState.RESULT_READY: _("结果已出"),
    ItemState.DELIVERED: _("结果已送达"),
    ItemState.ARCHIVED: _("已归档"),
}
BUNDLE_STATE_WORDS = {
    BundleState.DISPATCHED: _("已分给各部门"),
    BundleState.IN_PROGRESS: _("正在办理"),
    BundleState.WAITING_FOR_APPLICANT: _("需要您补充（补正）"),
    BundleState.GRANTED_ALL: _("全部办好"),
    BundleState.PARTLY_GRANTED: _("部分办好"),
    BundleState.REFUSED_ALL: _("没有同意"),
    BundleState.NOT_ACCEPTED: _("没有受理"),
    BundleState.WITHDRAWN: _("已撤回"),
    BundleState.TERMINATED: _("不再办理"),
}
LAST_DAY = date(9999, 12, 31)
CLOSED = [state.value for state in BundleState if state.is_closed]
ENDED_STATES = sorted(state.value for state in ENDED)
# Past acceptance: the statutory clock has run at some time. An item that ended early may never have been accepted.
REVIEW_STATES = [ItemState.ACCEPTED.value, ItemState.IN_REVIEW.value, ItemState.SUSPENDED.value]


class OneThingCase(models.Model):
    """One submission of one one-thing: everything the applicant was told, said and handed in, frozen at that moment (I6, I7).

    `state` repeats what the items say and is written only under this row's lock (`check_derived_states` compares). There is
    no clock of the whole: `promised_on` is the last day the applicant was told. What the applicant said (`answers`,
    `form_values`) and the plan that was made of it sit behind the sealed-field seam; nothing of it goes into the event log.
    """

    number = models.CharField(max_length=40, unique=True)
    home_division = models.CharField(max_length=12)
    accepting_division = models.CharField(max_length=12)
    edition = models.ForeignKey("catalogue.Edition", models.PROTECT, related_name="+")
    notice = models.ForeignKey("notice.NoticeIssued", models.PROTECT, null=True, related_name="+")
    onething = models.CharField(max_length=100)
    onething_name = models.CharField(max_length=200)
    plan = SealedJSONField(shared=True)
    plan_hash = models.CharField(max_length=64)
    answers = SealedJSONField()
    form_values = SealedJSONField()
    lead_organisation = models.ForeignKey("parties.Organisation", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    principal = models.CharField(max_length=200, blank=True, default="")
    principal_name = models.CharField(max_length=200)
    acting_for = models.CharField(max_length=200, blank=True, default="")
    assurance = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=30, choices=[(s.value, BUNDLE_STATE_WORDS[s]) for s in BundleState])
    idempotency_key = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    received_on = models.DateField()
    promised_on = models.DateField(null=True)
    promise_provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    national_number = models.CharField(max_length=50, blank=True, default="")
    # Codes of what was corrected on the spot at the preliminary review, so that a body's page can say so without a query.
    changed_on_spot = models.JSONField(default=list)

    objects = OneThingCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            # The last line of defence of "one submission makes one case", behind the draft's row lock (I6).
            models.UniqueConstraint(fields=["account", "idempotency_key"], name="case_once_per_account"),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False)
                | ~Q(state__in=CLOSED) & Q(closed_at__isnull=True),
                name="case_closed_at_iff_closed",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in BundleState]), name="case_state_known"),
        ]
        indexes = [
            models.Index(fields=["account", "-submitted_at", "-id"], name="case_of_account"),
            models.Index(fields=["lead_organisation", "-submitted_at", "-id"], name="case_of_lead"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def bundle_state(self) -> BundleState:
        """The state as a value of the enumeration."""
        return BundleState(self.state)


class ItemCase(models.Model):
    """One item of a case at one body: what the department works on.

    `planned_due` is the day the applicant was told and never moves; `promised_due` is the body's own clock, which starts when
    the item does; `statutory_due` runs from acceptance: from `accepted_on`, the day that counts by law, which lies before
    `accepted_at` where silence made it so; `deliver_by` runs from the grant of a licence. `organisation` is null while nobody is known to be responsible: then
    a coordinator has it (R2.8.b). No personal data: the fields and materials are read from the case, through the plan.
    """

    case = models.ForeignKey(OneThingCase, models.PROTECT, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=44, unique=True)
    key = models.CharField(max_length=100)
    item_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    instance = models.CharField(max_length=100, blank=True, default="")
    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, null=True, related_name="item_cases")
    home_division = models.CharField(max_length=12)
    # Where it is decided, by a datum of the form (R3.1.g); the case's own place where no rule says otherwise, "" while nobody
    # knows. `handed_over_from` is where the case was accepted, if that is another place.
    responsible_division = models.CharField(max_length=12, blank=True)
    handed_over_from = models.CharField(max_length=12, blank=True, default="", db_default="")
    handover_acknowledged_at = models.DateTimeField(null=True)
    handover_acknowledged_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=[(s.value, ITEM_STATE_WORDS[s]) for s in ItemState])
    outcome = models.CharField(max_length=20, blank=True, default="")
    trigger = models.CharField(max_length=12, default=Trigger.APPLICATION.value)
    route = models.CharField(max_length=60, blank=True, default="")
    after = models.JSONField(default=list)
    # Of those it follows, the ones whose acceptance is enough; the others must have ended well.
    after_acceptance = models.JSONField(default=list)
    submitted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    started_on = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    # How several departments handle it as one, where the file says so (行政许可法 art. 26): `catalogue.limits.JointHandling`, "" for most.
    joint_handling = models.CharField(max_length=12, blank=True, default="", db_default="")
    planned_due = models.DateField(null=True)
    promised_due = models.DateField(null=True)
    # From this day on the light says "near": counted once when the clock starts, so that lists need no calendar.
    near_from = models.DateField(null=True)
    # The place in a worklist: what has no promised day stands last, and keyset pages need a value that is never null.
    list_due = models.GeneratedField(
        expression=Coalesce("promised_due", Value(LAST_DAY)), output_field=models.DateField(), db_persist=True
    )
    statutory_due = models.DateField(null=True)
    deliver_by = models.DateField(null=True)
    # The last day on which the law keeps the item open for others (公示期); known from acceptance, null where nothing is waited for.
    waits_until = models.DateField(null=True)
    coordinator = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    claimed_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="claimed_items")
    claimed_at = models.DateTimeField(null=True)
    checks = models.JSONField(default=dict)
    # What the law wants of a decision (basis, remedies, the right body); the words about the person are in `opinion`,
    # together with what the decision produced (a certificate's number) for the items that follow.
    decision = models.JSONField(default=dict)
    opinion = SealedJSONField(default=dict)
    decided_by = models.ForeignKey("parties.Officer", models.PROTECT, null=True, related_name="+")
    # The first day of the time in which its body must speak (行政许可法 art. 32), where a correction made it begin anew; else
    # that is `started_on`. What its body has found and not had corrected keeps it from being accepted (R2.7.a).
    window_from = models.DateField(null=True)
    open_findings = models.PositiveSmallIntegerField(default=0, db_default=0)
    # The item whose ending started or ended this one; taking that decision back takes this along.
    moved_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    objects = ItemCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "instance"], name="item_once_per_case"),
            models.UniqueConstraint(fields=["case", "ordinal"], name="item_ordinal_unique"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in ItemState]), name="item_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_STATES, decided_at__isnull=False) & ~Q(outcome="")
                | Q(decided_at__isnull=True, outcome="") & ~Q(state__in=ENDED_STATES),
                name="item_outcome_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *[o.value for o in Outcome]]), name="item_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(started_at__isnull=True, accepted_at__isnull=True),
                name="item_waiting_not_started",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_on__isnull=True)
                | Q(started_at__isnull=False, started_on__isnull=False),
                name="item_start_and_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*REVIEW_STATES, "received"]) | Q(started_at__isnull=False),
                name="item_under_way_started",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REVIEW_STATES) | Q(accepted_at__isnull=False), name="item_review_accepted"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_on__isnull=True)
                | Q(accepted_at__isnull=False, accepted_on__isnull=False),
                name="item_acceptance_and_its_day",
            ),
            models.CheckConstraint(
                condition=Q(deliver_by__isnull=True) | Q(outcome="granted"), name="item_delivery_clock_from_grant"
            ),
            models.CheckConstraint(
                condition=Q(statutory_due__isnull=True) | Q(accepted_at__isnull=False),
                name="item_statutory_clock_from_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(waits_until__isnull=True) | Q(accepted_at__isnull=False),
                name="item_waiting_period_from_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="item_claim_whole",
            ),
            models.CheckConstraint(
                condition=Q(open_findings=0) | ~Q(state__in=REVIEW_STATES) & ~Q(outcome__in=["granted", "done"]),
                name="item_accepted_without_findings",
            ),
            models.CheckConstraint(
                condition=Q(handover_acknowledged_at__isnull=True, handover_acknowledged_by__isnull=True)
                | Q(handover_acknowledged_at__isnull=False, handover_acknowledged_by__isnull=False)
                & ~Q(handed_over_from=""),
                name="item_handover_acknowledged_whole",
            ),
            # A refusal that names no basis, reason and remedies cannot be stored (ux e6, 行政许可法 art. 38).
            models.CheckConstraint(
                condition=~Q(outcome="refused") | Q(decision__has_keys=["basis", "remedies", "reasoned"]),
                name="item_refusal_reasoned",
            ),
        ]
        indexes = [
            # The worklist: what is open at one body, by its deadline (partial index and keyset, so that neither volume nor age slows it).
            models.Index(
                fields=["organisation", "list_due", "id"], name="item_open_by_due", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["home_division", "id"],
                name="item_without_body",
                condition=Q(organisation__isnull=True, state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["handed_over_from", "responsible_division"],
                name="item_handed_over",
                condition=~Q(handed_over_from=""),
            ),
            models.Index(fields=["statutory_due", "id"], name="item_handled_jointly", condition=~Q(joint_handling="")),
            models.Index(
                fields=["organisation", "-decided_at", "-id"], name="item_ended_by_body", condition=~Q(outcome="")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def item_state(self) -> ItemState:
        """The state as a value of the enumeration."""
        return ItemState(self.state)

    @property
    def received_on(self) -> date | None:
        """The day of receipt by law, from which the body's time to speak counts; None while it waits for another item."""
        return self.window_from or self.started_on

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.item_state in OPEN


class MaterialInstance(models.Model):
    """One material of a case, in one copy for all items that ask it (R2.5.c): a file, a promise, or a place to fill.

    `items` are the keys of the items that ask it, and with that who may open it. Content lives in `files`; there is no second
    row for a second department. `followed_at` is when a paper that might follow (容缺) was handed in after the submission,
    `superseded_at` when a correction put another file in its place: it stays, to be seen as what was there before.
    """

    case = models.ForeignKey(OneThingCase, models.PROTECT, related_name="materials")
    key = models.CharField(max_length=150)
    subject = models.CharField(max_length=100, blank=True, default="")
    name = models.CharField(max_length=300)
    obtained = models.CharField(max_length=12)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255, blank=True, default="")
    page = models.PositiveSmallIntegerField(default=1)
    items = models.JSONField(default=list)
    followed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    home_division = models.CharField(max_length=12)

    objects = MaterialInstanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "subject", "page"], name="material_once_per_case"),
            models.CheckConstraint(condition=Q(file__isnull=False) | Q(file_name=""), name="material_name_needs_file"),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(followed_at__isnull=True), name="material_followed_with_file"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(superseded_at__isnull=True), name="material_superseded_with_file"
            ),
            models.CheckConstraint(condition=Q(page__gte=1), name="material_page_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.key}"
