"""Environment readers: what they take, and that a slip says what to write instead."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.config.env import BadEnvironment, Environment, database_parts


def env(**variables: str) -> Environment:
    return Environment(variables)


def test_text_is_stripped_and_an_empty_value_counts_as_missing() -> None:
    assert env(NAME="  海陵区 ").text("NAME") == "海陵区"
    assert env(NAME="  ").text("NAME", "default") == "default"


def test_a_missing_value_without_default_names_itself_and_its_purpose() -> None:
    with pytest.raises(BadEnvironment, match=r"Set NAME to a word"):
        env().text("NAME", what="a word")


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_flags(value: str, expected: bool) -> None:
    assert env(FLAG=value).flag("FLAG", default=not expected) is expected


def test_a_flag_in_other_words_is_refused() -> None:
    assert env().flag("FLAG", default=True) is True
    with pytest.raises(BadEnvironment, match=r"FLAG is 'maybe'; write 1 or 0"):
        env(FLAG="maybe").flag("FLAG", default=True)


@pytest.mark.parametrize("value", ["-1", "11", "1.5", "ten", "１"])
def test_numbers_outside_the_bounds_are_refused(value: str) -> None:
    assert env(SIZE="10").number("SIZE", 3, low=0, high=10) == 10
    assert env().number("SIZE", 3, low=0, high=10) == 3
    with pytest.raises(BadEnvironment, match="whole number from 0 to 10"):
        env(SIZE=value).number("SIZE", 3, low=0, high=10)


def test_words_and_folders() -> None:
    assert env(HOSTS="a.example, b.example,").words("HOSTS") == ["a.example", "b.example"]
    assert env().words("HOSTS", ["c"]) == ["c"]
    assert env(PLACE="/srv/onething").folder("PLACE", Path("/x")) == Path("/srv/onething")
    with pytest.raises(BadEnvironment, match="beginning with /"):
        env(PLACE="var").folder("PLACE", Path("/x"))


def test_a_database_address_with_everything() -> None:
    parts = database_parts("postgresql://li%40mei:p%2Fw@db.example:6432/one%20thing?sslmode=require")
    assert (parts["USER"], parts["PASSWORD"], parts["NAME"]) == ("li@mei", "p/w", "one thing")
    assert (parts["HOST"], parts["PORT"], parts["OPTIONS"]) == ("db.example", "6432", {"sslmode": "require"})


def test_a_database_address_with_a_socket_folder() -> None:
    parts = database_parts("postgres:///onething?host=/run/postgresql")
    assert (parts["HOST"], parts["PORT"], parts["USER"]) == ("/run/postgresql", "", "")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://u:secret@h/n", "must begin with postgres://"),
        ("just words", "must begin with postgres://"),
        ("postgres://u:secret@h", "names no database"),
        ("postgres://u:secret@h/", "names no database"),
        ("postgres://u:secret@h/a/b", "names no database"),
        ("postgres://u:secret@h:99999/n", "port"),
        ("postgres://u:secret@h/n?ssl_mode=require", "unknown options: ssl_mode"),
    ],
)
def test_a_wrong_database_address_says_why_and_keeps_the_password(url: str, complaint: str) -> None:
    with pytest.raises(BadEnvironment) as caught:
        database_parts(url)
    assert complaint in str(caught.value)
    assert "secret" not in str(caught.value)


@given(user=st.text(min_size=1), password=st.text(min_size=1), port=st.integers(1, 65535))
def test_any_user_and_password_survive_the_address(user: str, password: str, port: int) -> None:
    try:
        address = f"postgres://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{port}/onething"
    except UnicodeEncodeError:
        return  # half a character cannot be written in an address
    parts = database_parts(address)
    assert (parts["USER"], parts["PASSWORD"], parts["PORT"]) == (user, password, str(port))
