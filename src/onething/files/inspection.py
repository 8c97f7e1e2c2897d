"""What a handed-in file is by its content, and the form in which it may be kept (R2.5.c).

Pictures are decoded and written anew: that proves they can be read, turns them upright, bounds their size, and leaves behind
place, camera and anything hidden in the file; what phones write as HEIC becomes a JPG, which every desk can show. PDFs and OFDs (the national
layout format, in which electronic licences come) are opened and every page is found; they are kept as they are, because
rewriting would break their signatures. Refusals have five codes, each with words that say what to do.
"""

import io
import logging
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pypdf
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener
from pypdf.errors import DependencyError, FileNotDecryptedError

from onething.kit.errors import Refused

__all__ = ["Inspected", "Limits", "UploadRefused", "inspect_content", "kind_of", "small_picture", "turned_picture"]

# pypdf writes pieces of what it cannot read into the log; they may tell about persons.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)
register_heif_opener(thumbnails=False)
# The size is looked at before anything is decoded, by `_check_pixels`; Pillow's own limit only warns.
Image.MAX_IMAGE_PIXELS = None

MEGABYTE = 1024 * 1024
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
HEIC, OFD, ZIP = "image/heic", "application/ofd", "application/zip"
PDF_HEAD = 1024
# A side of A3 scanned with 300 dots per inch: what is finer than that nobody reads, and every desk waits for it.
LONGEST_SIDE = 5000
QUALITY = 92
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_STARTS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"PK\x03\x04", ZIP))
_PICTURE_NAMES = {JPEG: "JPG", PNG: "PNG", WEBP: "WebP", HEIC: "HEIC"}
_DOCUMENT_NAMES = {PDF: "PDF", OFD: "OFD"}
_PILLOW_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}
# What is read of an OFD: its root and the list of its pages, each within bounds, whatever the archive claims to hold.
_OFD_ROOT, _OFD_PART = "OFD.xml", 4 * MEGABYTE
_OFD_DOCUMENT = re.compile(rb"<(?:\w+:)?DocRoot>\s*/?([^<\s]{1,200})\s*</")
_OFD_PAGE = re.compile(rb"<(?:\w+:)?Page\s[^>]*\bBaseLoc\s*=")


class UploadRefused(Refused):
    """A file cannot be taken. `code`: too_big, wrong_type, empty, unreadable or password."""


@dataclass(frozen=True)
class Limits:
    """What is accepted; pages tell it before anybody chooses a file."""

    photo_bytes: int = 10 * MEGABYTE
    pdf_bytes: int = 20 * MEGABYTE
    pages: int = 60
    pixels: int = 50_000_000
    types: tuple[str, ...] = (JPEG, PNG, HEIC, PDF, OFD)

    @property
    def most_bytes(self) -> int:
        """The largest size of any type."""
        return max(self.photo_bytes, self.pdf_bytes)


@dataclass(frozen=True)
class Inspected:
    """Content as it may be kept."""

    content: bytes
    media_type: str
    page_count: int


def kind_of(head: bytes) -> str:
    """The media type by the first bytes, or '' for anything not told apart."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return PDF if b"%PDF-" in head[:PDF_HEAD] else ""


def inspect_content(content: bytes, *, size: int, filename: str, declared: str, limits: Limits) -> Inspected:
    """Check `content`, of which `size` bytes were sent, and give it in the form to keep. Raises UploadRefused.

    `filename` and `declared` come from the browser: they only choose the words of a refusal.
    """
    if not content:
        raise UploadRefused("这个文件是空的，请重新选一个", code="empty")
    kind = kind_of(content[:PDF_HEAD])
    if kind == ZIP and _is_ofd(content):
        kind = OFD
    if kind not in limits.types:
        raise UploadRefused(_wrong_type(kind, filename, declared, limits), code="wrong_type", found=kind)
    _check_size(kind, size, limits)
    if kind == OFD:
        return _ofd(content, limits)
    return _pdf(content, limits) if kind == PDF else _picture(content, kind, limits)


def _check_size(kind: str, size: int, limits: Limits) -> None:
    limit = limits.pdf_bytes if kind in _DOCUMENT_NAMES else limits.photo_bytes
    if size <= limit:
        return
    most, now = f"{limit // MEGABYTE}MB", f"{-(-size // MEGABYTE)}MB"
    message = (
        f"{_DOCUMENT_NAMES[kind]}要小于{most}，这份是{now}。扫描时选“标准”，或分成几份传"
        if kind in _DOCUMENT_NAMES
        else f"照片要小于{most}，这张是{now}。拍照时选“标准”再试"
    )
    raise UploadRefused(message, code="too_big", size=size, limit=limit)


def _wrong_type(kind: str, filename: str, declared: str, limits: Limits) -> str:
    ending = PurePath(filename).suffix.lower()
    pictures = "、".join(name for media_type, name in _PICTURE_NAMES.items() if media_type in limits.types)
    documents = "、".join(name for media_type, name in _DOCUMENT_NAMES.items() if media_type in limits.types)
    if kind == HEIC or ending in {".heic", ".heif"} or declared in {"image/heic", "image/heif"}:
        return "这张照片的格式读不出来。在手机“设置-相机-格式”里选“兼容性最佳”再拍，或截屏后传截屏"
    if ending in {".doc", ".docx", ".wps", ".xls", ".xlsx"}:
        return f"{ending[1:].upper()}文件不能直接用。请打开它，另存为PDF，再传"
    if ending in {".zip", ".rar", ".7z"}:
        return "压缩包不能直接用。请解开后，把照片或PDF一个个传"
    if ending in {".mp4", ".mov", ".avi"} or declared.startswith("video/"):
        return "这是视频。请拍照片再传"
    return f"这里收照片（{pictures}）和{documents}，请换一种再传"


def _picture(content: bytes, kind: str, limits: Limits) -> Inspected:
    try:
        with Image.open(io.BytesIO(content), formats=[_PILLOW_FORMATS[kind]]) as probe:
            _check_pixels(probe.width, probe.height, limits)
            probe.verify()
        with Image.open(io.BytesIO(content), formats=[_PILLOW_FORMATS[kind]]) as picture:
            picture.load()
            return _written_anew(picture, kind)
    except UploadRefused:
        raise
    except Exception as error:
        # Damaged pictures fail anywhere inside the decoder, an IndexError among the ways.
        raise UploadRefused("这张照片打不开，可能没有传完。请重新拍一张再传", code="unreadable") from error


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        message = f"照片太大（{width}×{height}）。拍照时选“标准”再试"
        raise UploadRefused(message, code="too_big", pixels=width * height, limit=limits.pixels)


def _written_anew(picture: Image.Image, kind: str) -> Inspected:
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    profile = upright.info.get("icc_profile") if upright.mode in {"RGB", "RGBA", "L"} else None
    if kind == PNG or (kind == WEBP and see_through):
        plain = upright if upright.mode in {"1", "L", "RGB"} else upright.convert("RGBA" if see_through else "RGB")
        return _written(_bounded(plain), PNG, profile)
    plain = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
    return _written(_bounded(plain), JPEG, profile)


def _bounded(picture: Image.Image) -> Image.Image:
    """The picture with no side longer than LONGEST_SIDE; dots that are only black or white get greys between them."""
    if max(picture.size) <= LONGEST_SIDE:
        return picture
    smaller = picture.convert("L") if picture.mode == "1" else picture.copy()
    smaller.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return smaller


def _written(picture: Image.Image, kind: str, profile: bytes | None) -> Inspected:
    out = io.BytesIO()
    plain = _without_extras(picture)
    if kind == PNG:
        plain.save(out, "PNG", icc_profile=profile)
    else:
        plain.save(out, "JPEG", quality=QUALITY, icc_profile=profile)
    return Inspected(out.getvalue(), kind, 1)


def turned_picture(content: bytes, kind: str) -> Inspected:
    """A kept JPG or PNG, turned a quarter to the right. Written with the quality it has, so four turns lose next to nothing."""
    with Image.open(io.BytesIO(content), formats=[_PILLOW_FORMATS[kind]]) as picture:
        profile = picture.info.get("icc_profile")
        return _written(picture.transpose(Image.Transpose.ROTATE_270), kind, profile)


def small_picture(content: bytes, kind: str, *, side: int) -> bytes:
    """A kept JPG or PNG as a JPG of at most `side` dots each way, see-through parts white."""
    with Image.open(io.BytesIO(content), formats=[_PILLOW_FORMATS[kind]]) as picture:
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side))
        seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=80)
    return out.getvalue()


def _without_extras(picture: Image.Image) -> Image.Image:
    """The same dots without text, comments, Exif or anything else the file carried beside them."""
    picture.info = {}
    picture.getexif().clear()
    return picture


def _is_ofd(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _OFD_ROOT in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _ofd(content: bytes, limits: Limits) -> Inspected:
    """Kept as it is; its pages are counted in the list that GB/T 33190 puts into each document's root."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            roots = _OFD_DOCUMENT.findall(_part(archive, _OFD_ROOT))
            pages = sum(len(_OFD_PAGE.findall(_part(archive, root.decode()))) for root in roots[: limits.pages])
    except Exception as error:
        # As with PDFs: whatever a hostile archive does, it cannot be read.
        raise _broken_ofd() from error
    if not pages:
        raise _broken_ofd()
    return _of_pages(content, OFD, pages, limits)


def _of_pages(content: bytes, kind: str, pages: int, limits: Limits) -> Inspected:
    if pages > limits.pages:
        message = f"{_DOCUMENT_NAMES[kind]}最多{limits.pages}页，这份有{pages}页。请只选要用的那几页"
        raise UploadRefused(message, code="too_big", pages=pages, limit=limits.pages)
    return Inspected(content, kind, pages)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        text = part.read(_OFD_PART + 1)
    if len(text) > _OFD_PART:
        raise _broken_ofd()
    return text


def _broken_ofd() -> UploadRefused:
    return UploadRefused("这份OFD打不开，可能没有保存好。请重新下载一份，再传", code="unreadable")


def _pdf(content: bytes, limits: Limits) -> Inspected:
    try:
        pages = _pages_of(content, limits)
    except (FileNotDecryptedError, DependencyError) as error:
        raise _locked() from error
    except Exception as error:
        # Hostile files fail in ways no list of exceptions covers; whatever happens, this one cannot be read.
        raise _broken_pdf() from error
    if pages is None:
        raise _locked()
    if not pages:
        raise _broken_pdf()
    return _of_pages(content, PDF, pages, limits)


def _pages_of(content: bytes, limits: Limits) -> int | None:
    """How many pages there are, each of them found; None when a password is needed to know."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    # An owner's password only forbids printing or copying; anybody may open the file.
    if reader.is_encrypted and not reader.decrypt(""):
        return None
    pages = len(reader.pages)
    if pages <= limits.pages:
        for page in reader.pages:
            _ = page.mediabox
    return pages


def _locked() -> UploadRefused:
    return UploadRefused("这份PDF要密码才能打开。请去掉密码另存一份，再传", code="password")


def _broken_pdf() -> UploadRefused:
    return UploadRefused("这份PDF打不开，可能没有保存好。请重新导出一份，再传", code="unreadable")
