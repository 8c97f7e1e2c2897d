"""Who opens a transaction, who needs one, and what happens after it.

A public verb opens one (`transaction`), helpers below it only demand one (`transaction_required`), and effects that
may be lost are hung behind it (`run_after_commit`; what must not be lost goes through `kit.outbox`). Saying which of
the three is meant is what Django's `atomic` cannot do. Blocks that a test case wraps round a test are looked through,
so a missing or nested transaction fails in tests just as it does in production.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db import transaction as django_transaction
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = [
    "NestedTransaction",
    "NoTransaction",
    "in_transaction",
    "open_transaction",
    "run_after_commit",
    "transaction",
    "transaction_required",
]

P = ParamSpec("P")
R = TypeVar("R")


class NestedTransaction(RuntimeError):
    """A public verb was called inside another verb's transaction."""


class NoTransaction(RuntimeError):
    """Code that writes a part of something bigger was called without a transaction around it."""


def in_transaction(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether a transaction of the product (not of a test case) is open."""
    return any(not _of_a_test(block) for block in _connection(using).atomic_blocks)


@contextmanager
def open_transaction(name: str = "this block", *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """One durable transaction: when the block ends, what it wrote is on disk. Raises NestedTransaction inside another."""
    if in_transaction(using):
        msg = (
            f"{name} opens its own transaction and was called inside one; "
            "call a helper marked transaction_required instead, or call it after the outer verb has ended"
        )
        raise NestedTransaction(msg)
    connection = _connection(using)
    already_waiting = len(connection.run_on_commit)
    with django_transaction.atomic(using=using, durable=True):
        yield
    if connection.in_atomic_block:
        _run_what_the_test_case_holds_back(connection, already_waiting)


def transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a public verb in one durable transaction. Raises NestedTransaction when one is open already."""

    @functools.wraps(verb)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with open_transaction(verb.__qualname__):
            return verb(*args, **kwargs)

    return wrapped


def transaction_required(helper: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run a helper outside a transaction. Raises NoTransaction."""

    @functools.wraps(helper)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        _demand_transaction(helper.__qualname__)
        return helper(*args, **kwargs)

    return wrapped


def run_after_commit(effect: Callable[[], object], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Run `effect` once the open transaction is on disk; never when it is rolled back. Raises NoTransaction."""
    _demand_transaction("run_after_commit", using)
    django_transaction.on_commit(effect, using=using)


def _demand_transaction(name: str, using: str = DEFAULT_DB_ALIAS) -> None:
    if not in_transaction(using):
        msg = f"{name} needs an open transaction; call it from a verb decorated with onething.kit.db.transaction"
        raise NoTransaction(msg)


def _connection(using: str) -> BaseDatabaseWrapper:
    return connections[using]


def _of_a_test(block: object) -> bool:
    return bool(getattr(block, "_from_testcase", False))


def _run_what_the_test_case_holds_back(connection: BaseDatabaseWrapper, already_waiting: int) -> None:
    """Inside a test case nothing ever commits, so effects would silently not happen; run those of this transaction."""
    held = connection.run_on_commit[already_waiting:]
    del connection.run_on_commit[already_waiting:]
    for entry in held:
        effect = entry[1]
        effect()
