"""The addresses of version 1, and their description (OpenAPI)."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from ninja import Header, NinjaAPI, Path, Query
from ninja.openapi.schema import OpenAPISchema

from onething import __version__
from onething.api import schemas
from onething.api.acts import ActKind, perform
from onething.api.auth import SIGNED, client_of
from onething.api.papers import own_documents
from onething.api.problems import MEDIA_TYPE, Problem, ProblemDetails, add_handlers
from onething.api.tasks import material_of, note, open_task, page_of_tasks, task_document
from onething.cases.models import ItemCase
from onething.cases.services import Acting
from onething.cases.states import ItemState
from onething.delivery.services import issue_result
from onething.dispatch.services import Decision, accept_item, decide_item, finish_check, not_accept_item
from onething.exchange.models import ApiClient
from onething.exchange.services import report_status
from onething.feedback.models import Finding
from onething.feedback.rules import Target
from onething.feedback.services import NewFinding, enter_findings, withdraw_finding
from onething.files.inspection import JPEG, OFD, PDF, PNG
from onething.files.responses import file_response

__all__ = ["api"]

DESCRIPTION = """
For departments' own systems. Every request is signed (HTTP Message Signatures, RFC 9421, `hmac-sha256`); every act carries an
`Idempotency-Key`, a `sequence` that counts 1, 2, 3 … per case, and the `version` of the task it answers. What did not work is
answered as problem details (RFC 9457): `code` is for programs, `detail` says what to do, `now` what holds now.
"""


class Interface(NinjaAPI):
    """Describes failures by their own media type."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:  # noqa: ANN401  # passed on as it came
        described = super().get_openapi_schema(**options)
        for operations in described["paths"].values():
            for operation in operations.values():
                for code, answer in operation["responses"].items():
                    if int(code) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                        answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}
                    answer.setdefault("description", HTTPStatus(int(code)).phrase)
        return described


api = Interface(
    title="OneThing for departments' systems",
    version="1",
    description=f"{DESCRIPTION.strip()}\n\nOneThing {__version__}.",
    urls_namespace="api-1",
    auth=SIGNED,
    docs_url=None,
)
add_handlers(api)

NUMBER = r"^[A-Z0-9]{1,30}(-[A-Z0-9]{1,30}){0,4}$"
Number = Annotated[
    str, Path(pattern=NUMBER, max_length=44, description="Number of the task", example="OT-321202-20261125-000001-K-1")
]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=80, pattern=r"^[!-~]+$")]
FAILURES = frozenset({400, 401, 403, 404, 409, 413, 422, 503})
ACT: dict[Any, Any] = {200: schemas.Standing, FAILURES: ProblemDetails}
PAPER = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, OFD, JPEG, PNG)}
MOST_TASKS = 200


@api.get(
    "/tasks",
    response={200: schemas.TaskPage, FAILURES: ProblemDetails},
    summary="Open tasks of this body",
    tags=["read"],
)
def list_tasks(
    request: HttpRequest,
    after: Annotated[
        str, Query(pattern=r"^\d{4}-\d{2}-\d{2}~\d{1,18}$|^$", description="`next` of the page before")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_TASKS)] = 50,
) -> dict[str, Any]:
    """What is open and at hand, most urgent first. No personal data."""
    return page_of_tasks(client_of(request, "tasks.read"), after=_place(after), size=limit, at=timezone.now())


@api.get("/tasks/{number}", response={200: schemas.Task, FAILURES: ProblemDetails}, summary="One task", tags=["read"])
def get_task(request: HttpRequest, number: Number) -> dict[str, Any]:
    """The data and papers of one task, cut to what this body may see. The read is written down."""
    client = client_of(request, "tasks.read")
    item = open_task(client, number)
    note(client, item, f"api task {item.number}")
    return task_document(client, item, at=timezone.now())


@api.get(
    "/tasks/{number}/materials/{material}",
    summary="One paper",
    tags=["read"],
    response={FAILURES: ProblemDetails},
    openapi_extra={"responses": {200: {"description": "The content, of the type the task names", "content": PAPER}}},
)
def get_material(
    request: HttpRequest, number: Number, material: Annotated[str, Path(pattern=r"^[mr][0-9]{1,18}$")]
) -> HttpResponseBase:
    """The content of one paper of this task. The read is written down."""
    client = client_of(request, "tasks.read")
    item = open_task(client, number)
    name, file = material_of(item, material)
    note(client, item, f"api material {item.number} {material}")
    return file_response(file, filename=name)


@api.post("/tasks/{number}/acceptance", response=ACT, summary="Accept (受理)", tags=["act"])
def accept(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Accept) -> HttpResponse:
    """Take the item up: the statutory clock starts."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        accept_item(item_id=item.pk, officer=client.system.officer, at=at)
        return {}

    return perform(request, number, act, ActKind("tasks.act", {"item.accepted"}, verb))


@api.post("/tasks/{number}/non-acceptance", response=ACT, summary="Do not accept (不予受理)", tags=["act"])
def not_accept(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.NotAccept) -> HttpResponse:
    """Decline, naming the right body and the reason."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        not_accept_item(
            item_id=item.pk, officer=client.system.officer, right_body=act.right_body, reason=act.reason, at=at
        )
        return {}

    return perform(request, number, act, ActKind("tasks.act", {"item.not_accepted"}, verb))


@api.post("/tasks/{number}/check-done", response=ACT, summary="A check is done (办结)", tags=["act"])
def check_done(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.CheckDone) -> HttpResponse:
    """For items nobody decides on."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        finish_check(item_id=item.pk, officer=client.system.officer, note=act.note, at=at)
        return {}

    return perform(request, number, act, ActKind("tasks.act", {"item.done"}, verb))


@api.post("/tasks/{number}/decision", response=ACT, summary="Decide (准予 / 不予许可)", tags=["act"])
def decide(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Decide) -> HttpResponse:
    """Grant or refuse an accepted item; a grant may bring its documents (PDF), which then go to the applicant at once."""

    papers = [schemas.ResultPaper(key=key, content=content) for key, content in act.documents.items()]

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        own_documents(item, papers, at)
        decision = Decision(
            granted=act.granted, opinion=act.opinion, basis=act.basis, reason=act.reason, remedies=act.remedies,
            produced=act.produced,
        )  # fmt: skip
        decide_item(item_id=item.pk, officer=client.system.officer, decision=decision, at=at)
        return {}

    def after(item: ItemCase, at: datetime) -> None:
        item.refresh_from_db(fields=["state"])
        if act.documents and item.item_state is ItemState.GRANTED:
            issue_result(item_id=item.pk, at=at, own=own_documents(item, papers, at))

    return perform(
        request,
        number,
        act,
        ActKind("tasks.act", {"item.granted", "item.refused", "item.decision_proposed"}, verb, after),
    )


@api.post("/tasks/{number}/findings", response=ACT, summary="Say what is to be corrected (补正)", tags=["act"])
def find(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Find) -> HttpResponse:
    """Findings of all bodies become one notice once all have finished, or at the cut-off. `finished` without findings: see acceptance."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        found = [
            NewFinding(
                Target(one.kind, one.key, one.subject), one.reason.value, one.words, one.required, one.exception_reason
            )
            for one in act.findings
        ]
        enter_findings(item_id=item.pk, officer=client.system.officer, findings=found, finished=act.finished, at=at)
        return {}

    events = {"item.finding_entered", "item.finding_proposed", "item.findings_done"}
    return perform(request, number, act, ActKind("tasks.act", events, verb))


@api.post("/tasks/{number}/findings-withdrawal", response=ACT, summary="Take a finding back", tags=["act"])
def unfind(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Unfind) -> HttpResponse:
    """As long as no notice has told it."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        if not Finding.objects.of_body(client.system.officer).filter(pk=act.finding, item=item).exists():
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "no_finding",
                "这一项没有这个编号的问题；编号以任务内容里的 findings 为准",
            )
        withdraw_finding(finding_id=act.finding, officer=client.system.officer, at=at)
        return {}

    return perform(request, number, act, ActKind("tasks.act", {"item.finding_withdrawn"}, verb))


@api.post("/tasks/{number}/result", response=ACT, summary="Hand over the result documents", tags=["act"])
def issue(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Issue) -> HttpResponse:
    """Within the minute after a grant, before the platform draws them: they go to the applicant at once and end the minute."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        if item.item_state is not ItemState.GRANTED:
            words = f"“{item.name}”现在是“{item.get_state_display()}”：没有准予，或者结果已经发出，不能再交结果"
            raise Problem(HTTPStatus.CONFLICT, "illegal_move", words)
        own = own_documents(item, act.documents, at)
        issue_result(item_id=item.pk, at=at, own=own, by=Acting.of_officer(client.system.officer))
        return {}

    return perform(request, number, act, ActKind("tasks.act", {"item.result_ready"}, verb))


@api.post("/tasks/{number}/status", response=ACT, summary="Report how far the work has come", tags=["report"])
def report(request: HttpRequest, number: Number, idempotency_key: Key, act: schemas.Report) -> HttpResponse:
    """One of the listed states; another word is parked, shown to the lead and the operator, and moves nothing."""

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        reported = report_status(client=client, item_id=item.pk, status=act.status, at=at)
        return {} if reported.applied else {"parked": reported.parked}

    return perform(request, number, act, ActKind("tasks.report", {"item.reported", "item.report_parked"}, verb))


def _place(after: str) -> tuple[date, int] | None:
    if not after:
        return None
    day, _tilde, key = after.partition("~")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "after", "after 请照上一页给的 next 原样写") from None
