"""Acts of a department's system: each once, in order, on what it has seen; the verbs are those of `dispatch` (R2.8.c/2).

The answer says how the task stands afterwards. A request whose answer got lost, the process having been killed, is asked of
the event log: an act of this system at the moment the request was begun has happened and is not done again.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from onething.api.auth import client_of
from onething.api.problems import MEDIA_TYPE, PLAIN, Problem, of_refusal
from onething.api.schemas import Act, VersionedAct
from onething.api.tasks import open_task, standing
from onething.audit.services import events_of
from onething.cases.models import ItemCase
from onething.exchange.models import ApiClient, ApiRequest
from onething.exchange.services import Reservation, Reserved, answered, one_at_a_time, reserve, start_again
from onething.kit.errors import Refused
from onething.kit.hashing import sha256_hex

__all__ = ["ActKind", "perform"]

Verb = Callable[[ItemCase, ApiClient, datetime], dict[str, Any]]
LONGEST_KEY = 80
SHORTEST_KEY = 8


@dataclass(frozen=True, slots=True)
class ActKind:
    """What an act needs and leaves behind: the scope, the kinds of event it is written down as, the verb.

    `after` is what an act still does once its event is there; it bears repeats.
    """

    scope: str
    events: Collection[str]
    verb: Verb
    after: Callable[[ItemCase, datetime], None] | None = None


def perform(request: HttpRequest, number: str, act: Act, kind: ActKind) -> HttpResponse:
    """Do one act and answer. Raises Problem for what is not to be remembered under the key."""
    client = client_of(request, kind.scope)
    key = _key(request)
    item = open_task(client, number)
    with one_at_a_time(client, key) as mine:
        if not mine:
            raise Problem(
                HTTPStatus.CONFLICT, "in_progress", "同一个 Idempotency-Key 的请求正在处理，请一秒后用同样的内容重试"
            )
        now = timezone.now()
        digest = sha256_hex(f"{request.method} {request.path}\n".encode() + request.body)
        found = reserve(client=client, key=key, digest=digest, case_id=item.case_id, sequence=act.sequence, at=now)
        done = _unless_new(found, client, item, now)
        if done is not None:
            return done
        return _carry_out(found, client, item, act, kind, now)


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "idempotency_key",
            f"请给 Idempotency-Key：{SHORTEST_KEY}到{LONGEST_KEY}个字符；同一个动作重试时不变，新的动作换新的",
        )
    return key


def _unless_new(found: Reservation, client: ApiClient, item: ItemCase, at: datetime) -> HttpResponse | None:
    """The answer to a request that is not to be carried out. Raises Problem."""
    if found.how is Reserved.ANSWERED and found.request is not None:
        return _response(found.request, replayed=True)
    if found.how is Reserved.OTHER_REQUEST:
        raise Problem(
            HTTPStatus.CONFLICT,
            "key_reused",
            "这个 Idempotency-Key 已经用于内容不同的请求；新的动作请换新的 Idempotency-Key",
        )
    if found.how in {Reserved.OLD, Reserved.GAP}:
        old = found.how is Reserved.OLD
        words = "这个序号已经用过或者更旧，没有执行" if old else "前面还缺序号，没有执行；请先发缺的那些"
        raise Problem(
            HTTPStatus.CONFLICT,
            "sequence_old" if old else "sequence_gap",
            f"{words}。这一件下一个序号是{found.expected}",
            now=standing(client, item, at=at),
        )
    return None


def _carry_out(
    found: Reservation, client: ApiClient, item: ItemCase, act: Act, kind: ActKind, now: datetime
) -> HttpResponse:
    request, extra = found.request, dict[str, Any]()
    if request is None:  # `reserve` gives one with every request that is to be carried out
        raise AssertionError
    try:
        if not (found.how is Reserved.INTERRUPTED and _happened(request, client, item, kind)):
            if found.how is Reserved.INTERRUPTED:
                start_again(request, at=now)
            _demand_version(client, item, act, now)
            extra = kind.verb(item, client, request.begun_at)
        if kind.after is not None:
            kind.after(item, now)
    except Refused as refused:
        problem = of_refusal(refused, now=_standing_now(client, item.number, now))
        answered(request, status=problem.status, answer=problem.body())
    except Problem as problem:
        answered(request, status=problem.status, answer=problem.body())
    else:
        answered(request, status=HTTPStatus.OK, answer={**_standing_now(client, item.number, now), **extra})
    return _response(request, replayed=False)


def _happened(request: ApiRequest, client: ApiClient, item: ItemCase, kind: ActKind) -> bool:
    actor = client.system.officer.account_id
    return any(
        event.actor == actor and event.at == request.begun_at and event.payload.get("item") == item.number
        for event in events_of(item.case.number, kind.events)
    )


def _demand_version(client: ApiClient, item: ItemCase, act: Act, at: datetime) -> None:
    """Raises Problem when the act answers something that no longer holds."""
    if not isinstance(act, VersionedAct):
        return
    now = standing(client, item, at=at)
    if act.version != now["version"]:
        raise Problem(
            HTTPStatus.CONFLICT,
            "stale",
            f"这一项在您取走以后有变化，现在是“{now['state_words']}”。请重新取任务，看过再办，换新的 Idempotency-Key 和序号",
            now=now,
        )


def _standing_now(client: ApiClient, number: str, at: datetime) -> dict[str, Any]:
    return standing(client, open_task(client, number), at=at)


def _response(request: ApiRequest, *, replayed: bool) -> HttpResponse:
    good = request.status == HTTPStatus.OK
    answer = JsonResponse(
        request.answer, status=request.status, content_type="application/json" if good else MEDIA_TYPE,
        json_dumps_params=PLAIN,
    )  # fmt: skip
    if replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer
