"""Small real files, made on the spot."""

import io
import zipfile

import pypdf
from PIL import Image

__all__ = ["heic", "jpeg", "ofd", "pdf", "png"]


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


def heic() -> bytes:
    """A picture as phones write it by themselves."""
    picture = Image.new("RGB", (64, 48), (90, 90, 90))
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera"
    out = io.BytesIO()
    picture.save(out, "HEIF", exif=exif.tobytes())
    return out.getvalue()


def ofd(pages: int = 2, *, document: str | None = None) -> bytes:
    """A layout file of the national standard, with nothing on its pages."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    rows = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": document or f"<ofd:Document {space}><ofd:Pages>{rows}</ofd:Pages></ofd:Document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()
