"""Uploads by content: what is kept, what is refused, and in which words."""

import dataclasses
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from tests.files.samples import heic, jpeg, ofd, pdf, png

from onething.files.inspection import (
    JPEG,
    MEGABYTE,
    OFD,
    PDF,
    PNG,
    Inspected,
    Limits,
    UploadRefused,
    inspect_content,
    kind_of,
    small_picture,
    turned_picture,
)

LIMITS = Limits()


def look(content: bytes, filename: str = "照片.jpg", declared: str = "", limits: Limits = LIMITS) -> Inspected:
    return inspect_content(content, size=len(content), filename=filename, declared=declared, limits=limits)


def refusal(content: bytes, filename: str = "照片.jpg", declared: str = "", limits: Limits = LIMITS) -> tuple[str, str]:
    with pytest.raises(UploadRefused) as caught:
        look(content, filename, declared, limits)
    return caught.value.code, caught.value.message


def test_a_photo_is_written_anew_without_place_camera_and_comment() -> None:
    kept = look(jpeg())
    assert (kept.media_type, kept.page_count) == (JPEG, 1)
    assert b"Spy Camera" not in kept.content
    assert b"<script>" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (60, 40)
        assert not picture.getexif()


def test_a_photo_as_a_phone_writes_it_becomes_one_that_every_desk_can_show() -> None:
    kept = look(heic(), "IMG_1.HEIC", "image/heic")
    assert kept.media_type == JPEG
    assert b"Spy Camera" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (64, 48)


def test_an_electronic_licence_as_ofd_is_kept_as_it_is() -> None:
    """Rewriting would break its signature."""
    content = ofd(3)
    assert look(content, "营业执照.ofd") == Inspected(content, OFD, 3)


def test_a_heic_is_refused_in_words_where_it_is_not_taken() -> None:
    limits = dataclasses.replace(LIMITS, types=(JPEG, PNG, PDF))
    code, message = refusal(heic(), "IMG_1.HEIC", "image/heic", limits)
    assert code == "wrong_type"
    assert "兼容性最佳" in message


def test_a_photo_taken_sideways_stands_upright() -> None:
    kept = look(jpeg(orientation=6))
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (40, 60)
        rows = picture.convert("L").tobytes()
    dark, light = rows[5 * 40 + 20], rows[55 * 40 + 20]
    assert dark < light


def test_a_picture_is_kept_no_larger_than_anybody_can_use() -> None:
    big = jpeg(6000, 1200)
    kept = look(big)
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (5000, 1000)


def test_a_quarter_turn_goes_to_the_right_and_four_come_back() -> None:
    before = look(jpeg()).content
    once = turned_picture(before, JPEG)
    with Image.open(io.BytesIO(once.content)) as picture:
        assert picture.size == (40, 60)
        rows = picture.convert("L").tobytes()
    assert rows[5 * 40 + 20] < rows[55 * 40 + 20]  # what was dark on the left is on top
    four = before
    for _ in range(4):
        four = turned_picture(four, JPEG).content
    with Image.open(io.BytesIO(four)) as after, Image.open(io.BytesIO(before)) as first:
        assert max(ImageChops.difference(after, first).tobytes()) <= 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_small_picture_of_every_kind(mode: str) -> None:
    kept = look(png(mode))
    with Image.open(io.BytesIO(small_picture(kept.content, PNG, side=15))) as small:
        assert (small.format, small.size) == ("JPEG", (15, 10))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png(mode: str) -> None:
    assert look(png(mode)).media_type == PNG


def test_a_cmyk_photo() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(out, "JPEG")
    assert look(out.getvalue()).media_type == JPEG


def test_the_same_photo_gives_the_same_content() -> None:
    assert look(jpeg()) == look(jpeg())


def test_a_pdf_is_kept_as_it_is() -> None:
    content = pdf(3)
    assert look(content, "x.pdf") == Inspected(content, PDF, 3)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_anybody_may_open_is_taken(algorithm: str) -> None:
    assert look(pdf(password="", owner="secret", algorithm=algorithm)).page_count == 1
    assert refusal(pdf(password="x", algorithm=algorithm))[0] == "password"


def test_content_decides_not_the_name() -> None:
    assert look(png(), "合同.pdf", "application/pdf").media_type == PNG
    assert look(pdf(), "a.jpg", "image/jpeg").media_type == PDF
    assert refusal(b"<html><script>alert(1)</script>", "a.jpg", "image/jpeg")[0] == "wrong_type"
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "image/png")[0] == "wrong_type"


@pytest.mark.parametrize(
    ("content", "filename", "code", "message"),
    [
        (b"", "a.jpg", "empty", "这个文件是空的，请重新选一个"),
        (jpeg()[:-200], "a.jpg", "unreadable", "这张照片打不开，可能没有传完。请重新拍一张再传"),
        (png()[:40], "a.png", "unreadable", "这张照片打不开，可能没有传完。请重新拍一张再传"),
        (b"%PDF-1.7\nnothing", "a.pdf", "unreadable", "这份PDF打不开，可能没有保存好。请重新导出一份，再传"),
        (pdf()[:200], "a.pdf", "unreadable", "这份PDF打不开，可能没有保存好。请重新导出一份，再传"),
        (pdf(password="x"), "a.pdf", "password", "这份PDF要密码才能打开。请去掉密码另存一份，再传"),
        (pdf(61), "a.pdf", "too_big", "PDF最多60页，这份有61页。请只选要用的那几页"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            "IMG_1.HEIC",
            "unreadable",
            "这张照片打不开，可能没有传完。请重新拍一张再传",
        ),
        (b"PK\x03\x04...", "租赁合同.docx", "wrong_type", "DOCX文件不能直接用。请打开它，另存为PDF，再传"),
        (b"PK\x03\x04...", "材料.zip", "wrong_type", "压缩包不能直接用。请解开后，把照片或PDF一个个传"),
        (ofd(61), "a.ofd", "too_big", "OFD最多60页，这份有61页。请只选要用的那几页"),
        (ofd(0), "a.ofd", "unreadable", "这份OFD打不开，可能没有保存好。请重新下载一份，再传"),
        (
            ofd(document="x" * (5 * MEGABYTE)),
            "a.ofd",
            "unreadable",
            "这份OFD打不开，可能没有保存好。请重新下载一份，再传",
        ),
        (b"....", "a.mp4", "wrong_type", "这是视频。请拍照片再传"),
        (b"GIF89a....", "a.gif", "wrong_type", "这里收照片（JPG、PNG、HEIC）和PDF、OFD，请换一种再传"),
    ],
)
def test_five_refusals_say_what_to_do(content: bytes, filename: str, code: str, message: str) -> None:
    assert refusal(content, filename) == (code, message)


def test_sizes_are_told_in_megabytes() -> None:
    with pytest.raises(UploadRefused) as photo:
        inspect_content(jpeg(), size=14 * MEGABYTE, filename="a.jpg", declared="", limits=LIMITS)
    with pytest.raises(UploadRefused) as paper:
        inspect_content(pdf(), size=20 * MEGABYTE + 1, filename="a.pdf", declared="", limits=LIMITS)
    assert photo.value.message == "照片要小于10MB，这张是14MB。拍照时选“标准”再试"
    assert paper.value.message == "PDF要小于20MB，这份是21MB。扫描时选“标准”，或分成几份传"
    assert photo.value.code == paper.value.code == "too_big"


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < MEGABYTE
    assert refusal(out.getvalue()) == ("too_big", "照片太大（20000×20000）。拍照时选“标准”再试")


def test_types_can_be_switched_on() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "WEBP")
    assert refusal(out.getvalue())[0] == "wrong_type"
    wider = dataclasses.replace(LIMITS, types=(*LIMITS.types, "image/webp"))
    assert look(out.getvalue(), limits=wider).media_type == JPEG


@pytest.mark.filterwarnings("ignore::UserWarning")  # the decoder grumbles about a damaged Exif and goes on
@settings(max_examples=150, deadline=None)
@given(st.sampled_from([jpeg(), png(), pdf(2)]), st.data())
def test_damaged_files_are_kept_or_refused_never_a_crash(sample: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sample) - 1))
    damaged = sample[:place] + data.draw(st.binary(max_size=12)) + sample[place + data.draw(st.integers(0, 40)) :]
    try:
        kept: Inspected | None = look(damaged)
        code = ""
    except UploadRefused as refused:
        kept, code = None, refused.code
    if kept is None:
        assert code in {"empty", "wrong_type", "unreadable", "password", "too_big"}
    else:
        assert kind_of(kept.content[:1024]) == kept.media_type
