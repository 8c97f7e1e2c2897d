"""What an answer says when something did not work: problem details (RFC 9457) with what to do about it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from onething.exchange.signing import SignatureFault
from onething.kit.errors import Refused, Unavailable

__all__ = ["MEDIA_TYPE", "Problem", "ProblemDetails", "add_handlers", "of_refusal"]

MEDIA_TYPE = "application/problem+json"
# What a refused verb means for whoever asked; what stands nowhere here is a fault in what was sent.
STATUS = {
    "forbidden": HTTPStatus.FORBIDDEN,
    "illegal_move": HTTPStatus.CONFLICT,
    "task_taken": HTTPStatus.CONFLICT,
    "too_late": HTTPStatus.CONFLICT,
    "needs_decision": HTTPStatus.CONFLICT,
    "not_granted": HTTPStatus.CONFLICT,
    "not_now": HTTPStatus.CONFLICT,
}


class ProblemDetails(Schema):
    """Why a request was not carried out. `now` is how the task stands, where that is the reason."""

    type: str = Field(description="`about:blank`; what programs look at is `code`")
    title: str
    status: int
    code: str
    detail: str = Field(description="One or two sentences, also saying what to do")
    now: dict[str, Any] | None = Field(None, description="The state, version and next sequence that hold now")


class Problem(Exception):
    """An answer that is a problem."""

    def __init__(self, status: int, code: str, detail: str, *, now: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.now = int(status), code, detail, now

    def body(self) -> dict[str, Any]:
        """The document."""
        said = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        return said if self.now is None else {**said, "now": dict(self.now)}

    def response(self) -> HttpResponse:
        """The answer."""
        answer = JsonResponse(self.body(), status=self.status, content_type=MEDIA_TYPE, json_dumps_params=PLAIN)
        if self.status == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = 'Signature alg="hmac-sha256"'
        return answer


PLAIN = {"ensure_ascii": False}


def of_refusal(refused: Refused, *, now: Mapping[str, Any] | None = None) -> Problem:
    """A verb's refusal as a problem."""
    return Problem(STATUS.get(refused.code, HTTPStatus.UNPROCESSABLE_ENTITY), refused.code, refused.message, now=now)


def add_handlers(api: NinjaAPI) -> None:
    """Answer every foreseen failure as a problem."""
    for kind, problem_of in FORESEEN.items():
        api.add_exception_handler(kind, _answering(problem_of))


def _answering(problem_of: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    def answer(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401  # the kind it is registered for
        return problem_of(error).response()

    return answer


def _of_shape(error: ValidationError) -> Problem:
    said = "；".join(f"{'.'.join(map(str, one['loc']))}：{one['msg']}" for one in error.errors[:MOST_FAULTS])
    words = f"请求的内容不符合接口说明，没有执行，序号也没有用掉；改正后再发。{said}"
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", words)


MOST_FAULTS = 5
FORESEEN: Mapping[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda error: error,
    Refused: of_refusal,
    SignatureFault: lambda error: Problem(HTTPStatus.UNAUTHORIZED, error.code, str(error)),
    ValidationError: _of_shape,
    HttpError: lambda error: Problem(error.status_code, "bad_request", f"请求读不出来：{error}"),
    Unavailable: lambda error: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "材料内容暂时取不到，请稍后再取；一直取不到请联系平台管理员"
    ),
}
