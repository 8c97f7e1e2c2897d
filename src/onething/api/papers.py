"""Result documents that a body's system made itself: read, checked and stored before anything is decided."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO

from onething.api.problems import Problem
from onething.api.schemas import ResultPaper
from onething.cases.models import ItemCase
from onething.cases.rules import item_of_plan
from onething.delivery.rules import result_key, results_of
from onething.delivery.services import OwnDocument
from onething.files.services import store_upload

__all__ = ["own_documents"]


def own_documents(item: ItemCase, papers: Sequence[ResultPaper], at: datetime) -> dict[str, OwnDocument]:
    """The documents by the keys of the item's results. Raises Problem, UploadRefused."""
    wanted = [
        result_key(one, place) for place, one in enumerate(results_of(item_of_plan(item.case.plan, item.key)), start=1)
    ]
    found: dict[str, OwnDocument] = {}
    for one in papers:
        if one.key not in wanted or one.key in found:
            raise _problem(f"文书“{one.key}”不在这一项的结果里，或者写了两次；这一项的结果是：{'、'.join(wanted)}")
        try:
            content = b64decode(one.content, validate=True)
        except (binascii.Error, ValueError):
            raise _problem(f"文书“{one.key}”不是 base64") from None
        file = store_upload(BytesIO(content), filename=f"{one.key}.pdf", declared="application/pdf", at=at)
        found[one.key] = OwnDocument(file, sha256(content).hexdigest(), one.number.strip(), one.valid_until)
    return found


def _problem(words: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "document", words)
