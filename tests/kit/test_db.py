"""Who opens a transaction, who demands one, and what runs after it."""

import pytest

from onething.kit import db

pytestmark = pytest.mark.django_db(transaction=True)


@db.transaction
def verb() -> bool:
    return db.in_transaction()


@db.transaction_required
def helper() -> str:
    return "done"


@db.transaction
def failing_verb(done: list[str]) -> None:
    db.run_after_commit(lambda: done.append("rolled back"))
    raise LookupError


def test_a_verb_opens_its_transaction() -> None:
    assert not db.in_transaction()
    assert verb()
    assert not db.in_transaction()


def test_a_verb_inside_a_verb_is_named() -> None:
    with pytest.raises(db.NestedTransaction, match="verb opens its own transaction"), db.open_transaction():
        verb()


def test_a_helper_needs_a_transaction() -> None:
    with pytest.raises(db.NoTransaction, match="helper needs an open transaction"):
        helper()
    with db.open_transaction():
        assert helper() == "done"


def test_effects_run_after_commit_only() -> None:
    done: list[str] = []
    with db.open_transaction():
        db.run_after_commit(lambda: done.append("kept"))
        assert done == []
    assert done == ["kept"]
    with pytest.raises(LookupError):
        failing_verb(done)
    assert done == ["kept"]
    with pytest.raises(db.NoTransaction):
        db.run_after_commit(lambda: None)


class TestInsideATestCase:
    """A test case keeps a transaction open round the test; the product's rules hold all the same."""

    @pytest.mark.django_db(transaction=False)
    def test_the_block_of_the_test_does_not_count(self) -> None:
        with pytest.raises(db.NoTransaction):
            helper()
        assert verb()

    @pytest.mark.django_db(transaction=False)
    def test_effects_run_although_nothing_is_committed(self) -> None:
        done: list[str] = []
        with db.open_transaction():
            db.run_after_commit(lambda: done.append("kept"))
        with pytest.raises(LookupError):
            failing_verb(done)
        assert done == ["kept"]
