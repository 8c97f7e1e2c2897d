"""Documents on paper: the same words as the page, as PDF.

A document is a template of `typst/` and data; the words come from the data alone. What page and paper both show is a
list of blocks, drawn by the web from the same list:

    {"kind": "heading", "text": "…", "level": 1}            {"kind": "paragraph", "text": "…"}
    {"kind": "facts", "rows": [["标签", "内容"], …]}          {"kind": "list", "items": ["…"], "ordered": False}
    {"kind": "table", "columns": ["…"], "rows": [["…"]], "widths": [1, 2], "caption": "…"}    {"kind": "note", "text": "…"}

Data of every template: `title`; and, where wanted, `subtitle`, `number`, `facts`, `blocks`, `issuer`, `date`,
`addressee` (decision, official), `seal` (official: the words at the place of the seal), `footer` (version and short hash), `mark` (a line above every page: a demonstration says so),
`verify` (made by `verification`), `large` (18 pt for elder readers), `landscape`. The same data, moment and fonts
give the same bytes.
"""

import io
import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import segno
import typst

from onething.kit.fonts import FontSet, font_set

__all__ = [
    "TEMPLATES",
    "Block",
    "BlockProblem",
    "blocks_to_text",
    "check_blocks",
    "pdf_words",
    "qr_svg",
    "render_document",
    "squeeze",
    "verification",
]

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "typst"
TEMPLATES = ("notice", "receipt", "decision", "official", "table")
Block = Mapping[str, Any]

# What each kind must have and may have beside `kind`.
_KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "heading": (frozenset({"text"}), frozenset({"level"})),
    "paragraph": (frozenset({"text"}), frozenset()),
    "note": (frozenset({"text"}), frozenset()),
    "facts": (frozenset({"rows"}), frozenset()),
    "list": (frozenset({"items"}), frozenset({"ordered"})),
    "table": (frozenset({"columns", "rows"}), frozenset({"widths", "caption"})),
}
_PAGE_NUMBER = re.compile(r"—\d+—")
_BULLET = "•"
_FACT_CELLS = 2


class BlockProblem(ValueError):
    """A list of blocks is not as described in this module. The message names the place."""


def render_document(name: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a document. Raises BlockProblem, and FontProblem when names could not be written."""
    if name not in TEMPLATES:
        msg = f"there is no document {name!r}; there are {', '.join(TEMPLATES)}"
        raise ValueError(msg)
    check_blocks(data.get("blocks", ()))
    fonts = font_set()
    try:
        return _compiled(name, data, fonts.fonts, fonts, at, archive=True)
    except typst.TypstError as problem:
        if "could not be displayed" not in problem.message and "disallowed codepoint" not in problem.message:
            raise
        # The archive format forbids what these fonts cannot draw. The system's fonts may have it; if not, a paper with
        # one box in it is better than none, and the operator learns which character to find a font for.
        character = re.sub(r"[^\x20-\x7e]", lambda found: f"U+{ord(found[0]):04X}", problem.message)
        logger.warning("documents: %s drawn without the archive format: %s", name, character)
        return _compiled(name, data, fonts.everything(), fonts, at, archive=False)


def _compiled(
    name: str, data: Mapping[str, Any], fonts: typst.Fonts, families: FontSet, at: datetime, *, archive: bool
) -> bytes:
    compiler = typst.Compiler(
        FOLDER / f"{name}.typ",
        root=FOLDER,
        font_paths=fonts,
        sys_inputs={
            "data": json.dumps(data, ensure_ascii=False),
            "fonts": json.dumps({"body": families.body, "heading": families.heading}),
        },
    )
    # A PDF dates itself to the second, and typst refuses anything finer.
    dated = at.astimezone(UTC).replace(microsecond=0)
    pdf = compiler.compile(format="pdf", timestamp=dated, pdf_standards=["a-2a"] if archive else [])
    if not isinstance(pdf, bytes):
        msg = f"typst gave no single PDF for {name}"
        raise TypeError(msg)
    return pdf


def blocks_to_text(blocks: Sequence[Block]) -> str:
    """Every word of the blocks in reading order, one line for each piece; cells of a row stand on one line."""
    check_blocks(blocks)
    lines: list[str] = []
    for block in blocks:
        if block["kind"] == "facts":
            lines += [f"{label}：{value}" for label, value in block["rows"]]
        elif block["kind"] == "list":
            lines += block["items"]
        elif block["kind"] == "table":
            lines += [block["caption"]] if block.get("caption") else []
            lines += ["\t".join(row) for row in (block["columns"], *block["rows"])]
        else:
            lines.append(block["text"])
    return "\n".join(lines)


def check_blocks(blocks: Sequence[Block]) -> None:
    """Raise BlockProblem at the first block that is not as described, with its place."""
    for place, block in enumerate(blocks):
        kind = str(block.get("kind"))
        if kind not in _KINDS:
            msg = f"blocks[{place}]: unknown kind {kind!r}"
            raise BlockProblem(msg)
        needed, allowed = _KINDS[kind]
        keys = set(block) - {"kind"}
        if needed - keys or keys - needed - allowed:
            msg = f"blocks[{place}] ({kind}): needs {sorted(needed)}, may have {sorted(allowed)}, has {sorted(keys)}"
            raise BlockProblem(msg)
        if not _cells_are_text(block):
            msg = f"blocks[{place}] ({kind}): holds something that is not text, or rows of different length"
            raise BlockProblem(msg)


def qr_svg(content: str) -> str:
    """A QR code as SVG that can stand in a page or a document."""
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def verification(address: str, lines: Sequence[str]) -> dict[str, Any]:
    """The `verify` part of a document: a QR code of the address, and lines for those who type."""
    return {"qr": qr_svg(address), "address": address, "lines": list(lines)}


def pdf_words(pdf: bytes) -> str:
    """The words of a PDF without white space, bullets and page numbers: what a comparison with the page needs."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(_PAGE_NUMBER.sub("", squeeze(page.extract_text())) for page in pages)


def squeeze(text: str) -> str:
    """`text` without white space and bullets: lines break differently on paper and page."""
    return "".join(character for character in text if not character.isspace() and character != _BULLET)


def _cells_are_text(block: Block) -> bool:
    if block["kind"] == "list":
        return all(isinstance(item, str) for item in block["items"])
    if block["kind"] in {"facts", "table"}:
        columns = block.get("columns")
        width = _FACT_CELLS if columns is None else len(columns)
        rows = [*([columns] if columns is not None else []), *block["rows"]]
        widths = block.get("widths", [1] * width)
        return len(widths) == width and all(len(row) == width and all(isinstance(c, str) for c in row) for row in rows)
    return isinstance(block["text"], str)
