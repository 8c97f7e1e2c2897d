"""The addresses of version 1, and their description (OpenAPI)."""

import binascii
from base64 import b64decode
from datetime import date, datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from ninja import Header, NinjaAPI, Path, Query
from ninja.openapi.schema import OpenAPISchema

from onething import __version__
from onething.api import schemas
from onething.api.acts import ActKind, perform
from onething.api.auth import SIGNED, client_of
from onething.api.problems import MEDIA_TYPE, Problem, ProblemDetails, add_handlers
from onething.api.tasks import material_of, note, open_task, page_of_tasks, task_document
from onething.cases.models import ItemCase
from onething.cases.states import ItemState
from onething.delivery.services import OwnDocument, issue_result
from onething.dispatch.services import Decision, accept_item, decide_item, finish_check, not_accept_item
from onething.exchange.models import ApiClient
from onething.exchange.services import report_status
from onething.files.inspection import JPEG, OFD, PDF, PNG
from onething.files.responses import file_response
from onething.files.services import store_upload

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

    def verb(item: ItemCase, client: ApiClient, at: datetime) -> dict[str, Any]:
        _own_documents(act, at)
        decision = Decision(
            granted=act.granted, opinion=act.opinion, basis=act.basis, reason=act.reason, remedies=act.remedies,
            produced=act.produced,
        )  # fmt: skip
        decide_item(item_id=item.pk, officer=client.system.officer, decision=decision, at=at)
        return {}

    def after(item: ItemCase, at: datetime) -> None:
        item.refresh_from_db(fields=["state"])
        if act.documents and item.item_state is ItemState.GRANTED:
            issue_result(item_id=item.pk, at=at, own=_own_documents(act, at))

    return perform(
        request,
        number,
        act,
        ActKind("tasks.act", {"item.granted", "item.refused", "item.decision_proposed"}, verb, after),
    )


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


def _own_documents(act: schemas.Decide, at: datetime) -> dict[str, OwnDocument]:
    """The documents of a grant, checked and stored. Raises Problem, UploadRefused."""
    found = {}
    for key, text in act.documents.items():
        try:
            content = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "document", f"文书“{key}”不是 base64") from None
        file = store_upload(BytesIO(content), filename=f"{key}.pdf", declared="application/pdf", at=at)
        found[key] = OwnDocument(file, sha256(content).hexdigest())
    return found
