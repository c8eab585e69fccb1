"""Texts of cells that nobody means as a value, in a workbook and in a CSV alike."""

import re
from collections.abc import Mapping, Sequence

from sync.model import Cell
from sync.sheet.error_words import ERROR_WORDS
from sync.text import normal

_HASHES = re.compile("#+")
_APOSTROPHE = re.compile(r"'[+-]?[0-9][0-9 .,/-]*")
_NOTHING: Mapping[int, Cell] = {}


def doubtful_cells(cells: Sequence[str]) -> Mapping[int, Cell]:
    """By position: what is wrong with cells that hold an error's word, or an apostrophe before digits."""
    together = "".join(cells)  # so most rows are done with here
    if not _may_be_doubtful(together):
        return _NOTHING
    return {position: cell for position, text in enumerate(cells) if (cell := doubtful_cell(text))}


def doubtful_cell(text: str) -> Cell | None:
    """What is wrong with this text; None where it is text like any other."""
    if not _may_be_doubtful(text):
        return None
    shown = normal(text)
    if _HASHES.fullmatch(shown):
        return Cell(kind="hashes")
    if shown.upper() in ERROR_WORDS:
        return Cell(kind="error_cell", detail=shown)
    return Cell(kind="apostrophe") if _APOSTROPHE.fullmatch(shown) else None


def _may_be_doubtful(text: str) -> bool:
    return "#" in text or "'" in text or "Err:" in text
