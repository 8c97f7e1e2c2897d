"""Pictures that stand for papers: a sheet that says which paper it is and that it is none."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from onething.files.models import StoredFile
from onething.files.services import store_content
from onething.kit.fonts import font_set

__all__ = ["draw_sheet", "sheets"]

WIDTH, HEIGHT = 480, 680
MARGIN, LINE = 40, 14
INK, FRAME = 60, 190


def sheets() -> Callable[[str, datetime], StoredFile]:
    """A source of sheets: the same paper is drawn and stored once, whoever hands it in."""
    known: dict[str, StoredFile] = {}

    def sheet(name: str, at: datetime) -> StoredFile:
        if name not in known:
            known[name] = store_content(draw_sheet(name), media_type="image/png", at=at)
        return known[name]

    return sheet


def draw_sheet(name: str) -> bytes:
    """A sheet with the paper's name, as a picture."""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((MARGIN / 2, MARGIN / 2, WIDTH - MARGIN / 2, HEIGHT - MARGIN / 2), outline=FRAME, width=2)
    lines = [name[start : start + LINE] for start in range(0, min(len(name), 8 * LINE), LINE)]
    draw.multiline_text((MARGIN, 2 * MARGIN), "\n".join(lines), fill=INK, font=_font(26), spacing=10)
    draw.text((MARGIN, HEIGHT - 2 * MARGIN), "演示样张，不是真实材料", fill=INK, font=_font(20))
    content = BytesIO()
    picture.save(content, "PNG", optimize=False)
    return content.getvalue()


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    fonts = font_set()
    for info in fonts.fonts.fonts():
        if info.path and info.family in fonts.heading:
            return ImageFont.truetype(info.path, size, index=info.index)
    return ImageFont.load_default(size)
