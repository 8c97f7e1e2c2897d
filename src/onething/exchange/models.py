"""Tables of the exchange with departments' own systems: credentials, requests that came in, and what could not be applied."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onething.exchange.querysets import ApiClientQuerySet, CaseExchangeQuerySet, ParkedReportQuerySet
from onething.exchange.rules import DepartmentStatus
from onething.kit.sealed import SealedJSONField, SealedTextField

__all__ = [
    "STATUS_WORDS",
    "ApiClient",
    "ApiRequest",
    "CaseExchange",
    "DepartmentSystem",
    "ParkedReport",
    "UsedNonce",
]

STATUS_WORDS = {
    DepartmentStatus.RECEIVED.value: _("收到了"),
    DepartmentStatus.ASSIGNED.value: _("已经分给经办人"),
    DepartmentStatus.IN_PROGRESS.value: _("正在办理"),
    DepartmentStatus.INTERNAL_REVIEW.value: _("内部会签"),
    DepartmentStatus.SITE_VISIT.value: _("现场查看"),
    DepartmentStatus.DECISION_DRAFTED.value: _("已经拟好决定"),
}


class DepartmentSystem(models.Model):
    """A body's own system. `officer` is the office in which it acts; `push_url` is where it is told of changes, "" if it only asks.

    A body without a row here works in the worklist (R5.11/3). `heard_at` is when its last valid request came in.
    """

    organisation = models.OneToOneField("parties.Organisation", models.PROTECT, related_name="own_system")
    officer = models.ForeignKey("parties.Officer", models.PROTECT, related_name="+")
    push_url = models.CharField(max_length=300, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"system of {self.organisation_id}"


class ApiClient(models.Model):
    """One key of one system: what it may do and how long it holds. Two at a time let a body change its key without a gap."""

    system = models.ForeignKey(DepartmentSystem, models.PROTECT, related_name="clients")
    key_id = models.CharField(max_length=40, unique=True)
    secret = SealedTextField()
    scopes = models.JSONField(default=list)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=models.F("valid_to")), name="api_client_period"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class UsedNonce(models.Model):
    """A nonce of a valid request, kept as long as its timestamp would still be taken: a second one is a replay."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "nonce"], name="nonce_once_per_client")]
        indexes = [models.Index(fields=["used_at"], name="nonce_by_age")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.nonce}"


class ApiRequest(models.Model):
    """One act asked for under an idempotency key, and how it was answered. `status` is null while nothing was answered.

    `digest` covers address and body: the same key with another request is refused. `begun_at` is the moment of the act itself,
    so that the event log says whether an act whose answer got lost has happened.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = SealedJSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="api_request_once_per_key"),
            models.CheckConstraint(
                condition=Q(status__isnull=True, answer__isnull=True) | Q(status__isnull=False, answer__isnull=False),
                name="api_request_answer_whole",
            ),
        ]
        indexes = [models.Index(fields=["begun_at"], name="api_request_by_age")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"


class CaseExchange(models.Model):
    """How one body's system and one case stand: the last number it used, when it was heard, the last status of each item.

    `statuses` is {item number: [status, ISO moment]}. The numbers count 1, 2, 3 … per case and body (R5.11/1).
    """

    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.OneThingCase", models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    statuses = models.JSONField(default=dict)

    objects = CaseExchangeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "case"], name="exchange_once_per_body_and_case")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.case_id} {self.sequence}"


class ParkedReport(models.Model):
    """A report that says what is not on the list of states: kept and shown, never guessed (R2.8.c/2)."""

    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+")
    item = models.ForeignKey("cases.ItemCase", models.PROTECT, related_name="+")
    # Another system's words may hold anything.
    words = SealedTextField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = ParkedReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["item"], name="parked_open_by_item", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.item_id}"
