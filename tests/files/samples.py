"""Small real files, made on the spot."""

import io

import pypdf
from PIL import Image

__all__ = ["jpeg", "pdf", "png"]


def jpeg(width: int = 60, height: int = 40, *, orientation: int | None = None, shade: int = 90) -> bytes:
    """A picture, dark left and light right, with a place and a camera in its Exif."""
    picture = Image.new("RGB", (width, height), (shade, shade, shade))
    picture.paste((250, 250, 250), (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera"
    exif.get_ifd(0x8825)[1] = "N"
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    return out.getvalue()


def png(mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "PNG")
    return out.getvalue()


def pdf(pages: int = 1, *, password: str | None = None, owner: str = "", algorithm: str = "AES-256") -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password is not None:
        writer.encrypt(password, owner or None, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
