"""A place on a page of a paper, as a finding marks it: fractions of the page, so that any size of its picture fits (ux g3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Area", "Box", "NoBox", "read_box"]

WHOLE: Final = 100.0
DIGITS: Final = 4
LARGE: Final = 2 / 3
WHERE: Final = (("左上角", "上方", "右上角"), ("左侧", "中间", "右侧"), ("左下角", "下方", "右下角"))


class NoBox(ValueError):
    """The four numbers are no rectangle on a page. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def where(self) -> str:
        """Where its middle lies, in words that can be printed."""
        if self.width > LARGE and self.height > LARGE:
            return "整页"
        across, down = self.left + self.width / 2, self.top + self.height / 2
        return WHERE[min(2, int(down * 3))][min(2, int(across * 3))]


@dataclass(frozen=True, slots=True)
class Area:
    """A box on one page of one file of a paper: which of how many files, which of how many pages of it."""

    material: int
    file: int
    files: int
    page: int
    pages: int
    box: Box

    @property
    def words(self) -> str:
        """The page and the place, for paper and for who does not see the picture."""
        if self.files == 1:
            return f"第{self.page}页{self.box.where}"
        if self.pages == 1:
            return f"第{self.file}份文件{self.box.where}"
        return f"第{self.file}份文件第{self.page}页{self.box.where}"

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        box = self.box
        return {
            "material": self.material,
            "file": self.file,
            "files": self.files,
            "page": self.page,
            "pages": self.pages,
            "box": [box.left, box.top, box.width, box.height],
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Area":
        """What was kept."""
        return cls(kept["material"], kept["file"], kept["files"], kept["page"], kept["pages"], Box(*kept["box"]))


def read_box(left: str, top: str, width: str, height: str) -> Box | None:
    """Four percentages as typed; None when all are empty. Raises NoBox."""
    typed = [text.strip().rstrip("%％") for text in (left, top, width, height)]
    if not any(typed):
        return None
    if not all(typed):
        raise NoBox("位置的四个数都要填，或者都空着")
    try:
        numbers = [float(text) for text in typed]
    except ValueError:
        raise NoBox("位置只写数字，从0到100") from None
    x, y, wide, high = numbers
    if not (0 <= x < WHOLE and 0 <= y < WHOLE and 0 < wide <= WHOLE and 0 < high <= WHOLE):
        raise NoBox("位置只写数字，从0到100，宽和高要大于0")
    # What reaches over the edge ends at it: a hand that draws is not that exact.
    wide, high = min(wide, WHOLE - x), min(high, WHOLE - y)
    return Box(*(round(number / WHOLE, DIGITS) for number in (x, y, wide, high)))
