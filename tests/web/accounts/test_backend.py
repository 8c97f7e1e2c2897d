"""The header says how many new messages there are, and no page asks for that by itself (R5.7/1)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import AT, Name
from tests.factories.parties import make_account

from onething.messages.models import Message
from onething.parties.models import Account
from onething.web.accounts.backend import MOST_COUNTED

pytestmark = pytest.mark.django_db


def give(account: Account, count: int, *, read: bool = False) -> None:
    before = Message.objects.count()
    Message.objects.bulk_create(
        Message(
            account=account, case_number="X", step="case.submitted", key=f"X:{before + number}", happened_at=AT,
            created_at=AT, read_at=AT if read else None,
        )
        for number in range(count)
    )  # fmt: skip


@pytest.fixture
def account(client: Client) -> Account:
    account = make_account()
    client.force_login(account)
    client.get("/messages/channels/")  # the first page of a sign-in notes when it began
    return account


def queries(client: Client, address: str) -> tuple[int, str]:
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    return len(asked), page


def test_new_messages_are_counted_without_a_query_of_their_own(client: Client, account: Account) -> None:
    give(make_account(Name.STRANGER), 5)
    give(account, 2, read=True)
    none, page = queries(client, "/messages/channels/")
    assert "条新消息" not in page
    give(account, 3)
    some, page = queries(client, "/messages/channels/")
    assert 'href="/messages/">3条新消息</a>' in page
    assert none == some == 3, "session, person, what the page shows"


def test_the_count_ends_where_nobody_wants_to_know_more(client: Client, account: Account) -> None:
    give(account, MOST_COUNTED + 50)
    _count, page = queries(client, "/mine/")
    assert "99条以上新消息" in page
    assert "消息，99条以上没看过" in page


def test_reading_makes_it_less(client: Client, account: Account) -> None:
    give(account, 2)
    first = Message.objects.first()
    assert first is not None
    client.get(f"/messages/{first.pk}/")
    assert "1条新消息" in queries(client, "/messages/")[1]


def test_who_is_switched_off_is_not_signed_in(client: Client, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get("/messages/")["Location"].startswith("/accounts/sign-in/")


def test_the_count_reads_the_index_of_unread_messages(account: Account) -> None:
    give(account, 500, read=True)
    give(account, 200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE onething_messages_message")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT cardinality(ARRAY(SELECT id FROM onething_messages_message"
            " WHERE account_id = %s AND read_at IS NULL LIMIT 100))",
            [account.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "message_unread" in plan
