"""Translations: what is compiled is what is written, and nothing is lost between the two."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "src" / "onething" / "locale" / "en" / "LC_MESSAGES" / "django.po"
LOCALES = sorted(
    [*ROOT.glob("src/onething/locale/*/LC_MESSAGES/django.po"), *ROOT.glob("catalogue/locale/*/LC_MESSAGES/django.po")]
)
IDS = [path.relative_to(ROOT).parts[0] + "-" + path.parts[-3] for path in LOCALES]
# Pages of staff and the gallery of components stay Chinese.
FOR_STAFF = ("src/onething/web/review/", "src/onething/web/ui/samples.py", "src/onething/web/ui/jinja2/ui/gallery")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "N_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)
}  # fmt: skip


def plain(words: object) -> tuple[str, ...]:
    """One text, or the forms of a plural."""
    return tuple(str(one) for one in words) if isinstance(words, list | tuple) else (str(words),)


@pytest.mark.parametrize("path", LOCALES, ids=IDS)
def test_the_compiled_words_are_the_written_ones(path: Path) -> None:
    with path.open("rb") as written, path.with_suffix(".mo").open("rb") as compiled:
        wanted = {plain(one.id): plain(one.string) for one in read_po(written) if one.id and not one.fuzzy}
        found = {plain(one.id): plain(one.string) for one in read_mo(compiled) if one.id}
    # A plural nobody translated is compiled as it stands.
    found = {words: said for words, said in found.items() if said != words}
    wanted = {words: said for words, said in wanted.items() if all(said)}
    assert found == wanted, "run `make messages`"


@pytest.mark.parametrize("path", LOCALES, ids=IDS)
def test_a_translation_keeps_the_places_of_its_values(path: Path) -> None:
    with path.open("rb") as written:
        catalogue = read_po(written)
    wrong = [(str(one.id), str(error)) for one, errors in catalogue.check() for error in errors]
    assert wrong == []


def test_every_word_that_residents_and_businesses_see_has_english() -> None:
    with ENGLISH.open("rb") as written:
        known = {plain(one.id)[0] for one in read_po(written) if one.id and all(plain(one.string)) and not one.fuzzy}
    templates = "src/onething/**/jinja2/**.html"
    found = extract_from_dir(
        ROOT,
        [("src/onething/**.py", "python"), (templates, "jinja2")],
        {templates: {"newstyle_gettext": "false", "silent": "false"}},
        keywords=KEYWORDS,
        directory_filter=lambda folder: (
            Path(folder).name not in {"catalogue", "node_modules", "__pycache__"}
            and not Path(folder).name.startswith(".")
        ),
    )
    lacking = sorted(
        {(plain(words)[0], file) for file, _line, words, _notes, _context in found if not file.startswith(FOR_STAFF)},
    )
    lacking = [(words, file) for words, file in lacking if words not in known]
    assert lacking == [], "translate them in src/onething/locale/en, then run `make messages`"
