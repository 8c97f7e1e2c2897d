"""`onething outbox`: its exit code is an alarm that any supervision can ask for."""

import pytest
from tests.cast import AT

from onething import cli
from onething.kit import db, outbox
from onething.kit.models import OutboxMessage


@db.transaction
def enqueue() -> None:
    outbox.enqueue("cases.item_moved", "case-1", {"item": "x"}, at=AT)


@pytest.mark.django_db
def test_the_list_ends_with_1_while_anything_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    enqueue()
    assert cli.main(["outbox", "list"]) == cli.OK
    OutboxMessage.objects.update(dead_at=AT, attempts=10, last_error="Unavailable: the system answered 500")
    assert cli.main(["outbox", "list"]) == cli.FINDINGS
    assert "the system answered 500" in capsys.readouterr().out
    assert cli.main(["outbox", "redrive"]) == cli.OK
    assert "1 messages are on their way again" in capsys.readouterr().out
    assert cli.main(["outbox", "list"]) == cli.OK
