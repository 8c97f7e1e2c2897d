"""What is read from where: every file once, all of a folder or none of it."""

from datetime import date
from pathlib import Path

import pytest

from onething.catalogue import loader
from onething.catalogue.check import check
from onething.catalogue.loader import SHIPPED, words_for

ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    "name", ["elements.yaml", "code_lists.yaml", "norms.yaml", "organisations.yaml", "document_types/personal.yaml"]
)
def test_a_dictionary_alone_is_no_double_of_itself(name: str) -> None:
    file = SHIPPED / name
    _, findings = check(file, on=ON, words=words_for(file))
    assert [row.sentence() for row in findings if row.severity == "error"] == []


def test_a_word_that_another_file_has_is_found_from_one_file_alone(tmp_path: Path) -> None:
    (tmp_path / "elements.yaml").write_text("elements: [{key: a, name: 甲}]\n", "utf-8")
    (tmp_path / "more.yaml").write_text("elements: [{key: b, name: 甲}]\n", "utf-8")
    _, findings = check(tmp_path / "more.yaml", on=ON, words=tmp_path)
    assert [(row.file, row.code) for row in findings] == [("more.yaml", "defined-twice")]


def test_more_files_than_a_catalogue_has_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.yaml").write_text(f"elements: [{{key: e{number}}}]\n", "utf-8")
    catalogue, findings = check(tmp_path, on=ON)
    assert [row.code for row in findings] == ["too-many"]
    assert catalogue.dictionaries.elements == {}
