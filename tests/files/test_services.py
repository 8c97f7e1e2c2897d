"""Storing and giving back, on a real disk and a real database."""

import datetime as dt
import io
import stat
import threading
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from tests.files.samples import jpeg, pdf

from onething.files import store
from onething.files.models import StoredFile
from onething.files.responses import file_response
from onething.files.services import UploadRefused, open_stored, read_stored, store_content, store_upload
from onething.kit.errors import Unavailable

AT = dt.datetime(2026, 11, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.ONETHING_FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def upload(content: bytes, filename: str = "照片.jpg") -> StoredFile:
    return store_upload(io.BytesIO(content), filename=filename, declared="image/jpeg", at=AT)


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_content_lies_under_its_keyed_digest(folder: Path) -> None:
    stored = upload(pdf(2), "合同.pdf")
    path = folder / stored.digest[:2] / stored.digest[2:4] / stored.digest
    assert path.read_bytes() == pdf(2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (stored.size, stored.media_type, stored.page_count, stored.created_at) == (
        len(pdf(2)),
        "application/pdf",
        2,
        AT,
    )
    assert read_stored(stored) == pdf(2)


@pytest.mark.django_db
def test_the_digest_depends_on_the_key(settings: Settings) -> None:
    one = upload(pdf())
    settings.ONETHING_CONTENT_KEY = "another key of an installation"
    assert upload(pdf()).digest != one.digest


@pytest.mark.django_db
def test_the_same_content_is_stored_once(folder: Path) -> None:
    assert upload(jpeg()) == upload(jpeg(), "IMG_2.jpg")
    assert StoredFile.objects.count() == len(contents(folder)) == 1
    assert upload(jpeg(shade=10)) != upload(jpeg())


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing(folder: Path) -> None:
    with pytest.raises(UploadRefused):
        upload(b"")
    assert not StoredFile.objects.exists()
    assert contents(folder) == []


@pytest.mark.django_db
def test_a_far_too_big_file_is_counted_not_held(settings: Settings) -> None:
    settings.ONETHING_PHOTO_MAX_BYTES = settings.ONETHING_FILE_MAX_BYTES = 1024 * 1024
    with pytest.raises(UploadRefused, match="照片要小于1MB，这张是4MB"):
        upload(jpeg() + b"\0" * (4 * 1024 * 1024 - 5000))


@pytest.mark.django_db
def test_lost_or_changed_content_is_noticed() -> None:
    stored = store_content(pdf(), at=AT)
    path = store.path_of(stored.digest)
    path.write_bytes(b"x" * stored.size)
    with pytest.raises(Unavailable, match="was changed"):
        read_stored(stored)
    path.write_bytes(b"x")
    with pytest.raises(Unavailable, match="size"):
        open_stored(stored)
    path.unlink()
    with pytest.raises(Unavailable, match="cannot be read") as gone:
        open_stored(stored)
    assert gone.value.permanent


@pytest.mark.django_db
def test_a_half_written_file_never_gets_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("onething.files.store.os.fsync", crash)
    with pytest.raises(OSError, match="No space"):
        store_content(pdf(), at=AT)
    assert contents(folder) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_content_cut_short_by_a_crash_of_the_disk_is_written_again() -> None:
    stored = store_content(pdf(), at=AT)
    store.path_of(stored.digest).write_bytes(b"")
    assert store_content(pdf(), at=AT) == stored
    assert read_stored(stored) == pdf()


@pytest.mark.django_db
@pytest.mark.parametrize("inline", [True, False])
def test_answers_stay_inert(*, inline: bool) -> None:
    photo = upload(jpeg())
    response = file_response(photo, filename='王𬀩"\r\n/../照片.jpg', inline=inline)
    assert b"".join(response.streaming_content) == read_stored(photo)  # type: ignore[arg-type]
    response.close()
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox;")
    assert response.headers["Cache-Control"] == "private, no-store"
    kind = "inline" if inline else "attachment"
    assert response.headers["Content-Disposition"] == f"{kind}; filename*=utf-8''%E7%85%A7%E7%89%87.jpg"


@pytest.mark.django_db
def test_a_pdf_in_the_page_runs_nothing() -> None:
    paper = store_content(pdf(), at=AT)
    shown = file_response(paper, filename="a.pdf", inline=True)
    saved = file_response(paper, filename="a.pdf")
    assert "script-src" not in shown.headers["Content-Security-Policy"]
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert saved.headers["Content-Security-Policy"].startswith("sandbox")
    shown.close()
    saved.close()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_content_at_the_same_moment_is_one_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = threading.Barrier(4, timeout=20)
    write = store.write_content
    rows: list[StoredFile] = []

    def write_together(digest: str, content: bytes) -> None:
        write(digest, content)
        ready.wait()  # everybody has the content on disk and no row yet

    def hand_in() -> None:
        try:
            rows.append(upload(jpeg()))
        finally:
            connection.close()

    monkeypatch.setattr("onething.files.services.store.write_content", write_together)
    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 4
    assert len({row.pk for row in rows}) == 1
    assert StoredFile.objects.count() == len(contents(folder)) == 1
