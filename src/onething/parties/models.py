"""Tables of places, bodies, the routing of items to bodies, and the people who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onething.parties.querysets import (
    AccountQuerySet,
    DivisionQuerySet,
    OfficerQuerySet,
    OrganisationQuerySet,
    RoutingQuerySet,
)

__all__ = ["Account", "Division", "FunctionSlot", "Officer", "Organisation", "Routing"]


class Division(models.Model):
    """One administrative division (GB/T 2260, statistical codes inside it) or functional zone, in one period (R5.2).

    There is no tree column: the parent is named, because a zone's code does not say what is around it. A division that is
    gone keeps its row and names its successor, so that old cases still find their body.
    """

    class Level(models.TextChoices):
        NATION = "nation", _("国家")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("市（区）")
        TOWN = "town", _("乡镇（街道）")
        VILLAGE = "village", _("村（社区）")
        ZONE = "zone", _("功能区")

    # Always twelve digits (a check says so), yet not char(12): writing in sets would cut it to one, and comparing pads it.
    code = models.CharField(primary_key=True, max_length=12, validators=[RegexValidator(r"\A[0-9]{12}\Z")])
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    # Statistical units (an industrial park in the list of towns) are places of an address, never places of jurisdiction.
    is_administrative = models.BooleanField(default=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="division_code_digits"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="division_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """One body that handles items: a department, an institution, an enterprise such as a bank or a water company.

    No telephone and no address: what a department publishes comes with its window (R3.3), and nothing is invented here.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        INSTITUTION = "institution", _("事业单位")
        ENTERPRISE = "enterprise", _("企业")

    class Provenance(models.TextChoices):
        OFFICIAL = "official", _("有来源")
        DERIVED = "derived", _("推定")
        INVENTED = "invented", _("虚构")

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    short = models.CharField(max_length=60, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="organisations")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    provenance = models.CharField(max_length=10, choices=Provenance.choices, default=Provenance.INVENTED)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    # By which decision its work went to its successor, where a command said so; then the files do not bring it back to life.
    succession_basis = models.TextField(blank=True, default="", db_default="")
    # Whether a system of the body's own is told of what happens to its items: who locks a case knows it without asking.
    has_own_system = models.BooleanField(default=False, db_default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="organisation_period",
            ),
        ]
        # Routing asks for these with every submission, and there are hardly any.
        indexes = [models.Index(fields=["id"], name="organisation_succeeded", condition=Q(successor__isnull=False))]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """What a narrow column shows."""
        return self.short or self.name


class FunctionSlot(models.Model):
    """One line of public business (health, public security, market supervision) that some body holds at each place."""

    key = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Routing(models.Model):
    """One line of the table "item or function, at a division, goes to a body", in one period (R5.2, design decision 6).

    A change is a new line that starts later, never an edit: the case of that day must still be explained.
    """

    function = models.ForeignKey(FunctionSlot, models.PROTECT, null=True, blank=True, related_name="routings")
    # The global id of a service item, not its key in one one-thing; "" when the line is about a function.
    item = models.CharField(max_length=200, blank=True, default="")
    division = models.ForeignKey(Division, models.PROTECT, related_name="routings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="routings")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = RoutingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(function__isnull=True) & ~Q(item="") | Q(function__isnull=False) & Q(item=""),
                name="routing_item_or_function",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="routing_period",
            ),
            models.UniqueConstraint(
                fields=["function", "item", "division", "valid_from"], nulls_distinct=False, name="routing_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["item", "division"], name="routing_by_item", condition=~Q(item="")),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.function_id} @ {self.division_id}"


class Account(AbstractBaseUser):
    """One person who signs in: a resident, somebody acting for an enterprise, or a member of staff; or a department's system,
    which never signs in and acts by requests that it signs.

    No e-mail, no identity number, no superuser flag: identity comes with the city's unified identity (`external_subject`),
    and what staff may do is said by `Officer`. `assurance` says how sure we are who this is; every act stores it.
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("居民")
        ENTERPRISE = "enterprise", _("企业")
        STAFF = "staff", _("工作人员")
        SYSTEM = "system", _("部门系统")

    class Assurance(models.TextChoices):
        DECLARED = "declared", _("自报")
        REAL_NAME = "real_name", _("实名")
        REAL_PERSON = "real_person", _("实人")
        SIGNED = "signed", _("签名")

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    principal_name = models.CharField(max_length=200, blank=True, default="")
    principal_uscc = models.CharField(max_length=18, blank=True, default="")
    assurance = models.CharField(max_length=12, choices=Assurance.choices, default=Assurance.DECLARED)
    external_subject = models.CharField(max_length=120, unique=True, null=True, blank=True)  # absent is not "": unique
    home_division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    is_demonstration = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name", "kind"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="enterprise") & ~Q(principal_name="")
                | ~Q(kind="enterprise") & Q(principal_name="", principal_uscc=""),
                name="account_principal_of_enterprise",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def principal(self) -> str:
        """For whom this account acts, as drafts are keyed: the credit code or name of the enterprise, "" for oneself."""
        return self.principal_uscc or self.principal_name


class Officer(models.Model):
    """One office a member of staff holds in one body. Someone with two offices has two rows.

    Who has left is switched off, never deleted: decisions keep naming the person who took them.
    """

    class Role(models.TextChoices):
        REVIEWER = "reviewer", _("审查人员")
        LEAD = "lead", _("牵头部门联络员")
        COORDINATOR = "coordinator", _("协调员")
        ISSUER = "issuer", _("出件人员")
        HEAD = "head", _("单位负责人")
        GOVERNMENT = "government", _("本级政府负责人")

    account = models.ForeignKey(Account, models.PROTECT, related_name="offices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="officers")
    role = models.CharField(max_length=12, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "organisation", "role"], name="officer_unique"),
        ]
        indexes = [
            models.Index(fields=["organisation", "role"], name="officer_serving", condition=Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} @ {self.organisation_id}"
