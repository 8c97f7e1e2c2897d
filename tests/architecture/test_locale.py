"""Translations: what is compiled is what is written, and nothing is lost between the two."""

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

LOCALES = sorted((Path(__file__).resolve().parents[2] / "src" / "onething" / "locale").glob("*/LC_MESSAGES/django.po"))


def plain(words: object) -> tuple[str, ...]:
    """One text, or the forms of a plural."""
    return tuple(str(one) for one in words) if isinstance(words, list | tuple) else (str(words),)


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.parts[-3])
def test_the_compiled_words_are_the_written_ones(path: Path) -> None:
    with path.open("rb") as written, path.with_suffix(".mo").open("rb") as compiled:
        wanted = {plain(one.id): plain(one.string) for one in read_po(written) if one.id and not one.fuzzy}
        found = {plain(one.id): plain(one.string) for one in read_mo(compiled) if one.id}
    # A plural nobody translated is compiled as it stands.
    found = {words: said for words, said in found.items() if said != words}
    wanted = {words: said for words, said in wanted.items() if all(said)}
    assert found == wanted, "run `make messages`"


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.parts[-3])
def test_a_translation_keeps_the_places_of_its_values(path: Path) -> None:
    with path.open("rb") as written:
        catalogue = read_po(written)
    wrong = [(str(one.id), str(error)) for one, errors in catalogue.check() for error in errors]
    assert wrong == []
