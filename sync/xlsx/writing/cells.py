"""Cells as a worksheet's XML has them (ECMA-376, part 1, 18.3): text is always text, numbers keep their digits."""

import re
from collections.abc import Sequence
from functools import cache

CELL_LIMIT = 32_767  # what a cell of Excel holds, in UTF-16 units
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_TALLEST = 12  # lines

_ILLEGAL = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
# An underscore with which a reader would begin an escape is itself escaped, so that what comes back is what went in.
_ESCAPED = re.compile(f"[{_ILLEGAL}]|_(?=x[0-9A-Fa-f]{{4}}[_{_ILLEGAL}])")
_AWKWARD = re.compile(f"[&<>{_ILLEGAL}]|_x[0-9A-Fa-f]{{4}}")
_SPACE = " \t\n"  # what a reader of XML may drop at either end, unless it is told not to
_USUAL_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def plain(text: str) -> str:
    """Text with what XML can't hold as `_x0007_`; a text that looks like such an escape is protected."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def escaped(text: str) -> str:
    """Text as an element's content."""
    if not _AWKWARD.search(text):
        return text
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_together(texts: Sequence[str]) -> list[str] | None:
    """Many short texts as elements' contents, for the cost of one; none where one of them wants care of its own."""
    together = "\n".join(texts)
    if len(together) * 2 > CELL_LIMIT or together.count("\n") >= max(len(texts), 1) or "\t" in together:
        return None
    if " \n" in together or "\n " in together or together[:1] == " " or together[-1:] == " ":
        return None
    return escaped(together).split("\n") if _AWKWARD.search(together) else list(texts)


def length(text: str) -> int:
    """How many characters Excel counts."""
    return len(text) + sum(character > "\uffff" for character in text) if len(text) * 2 > CELL_LIMIT else len(text)


def cut(text: str) -> str:
    """Text that a cell can hold. What is too long is cut so that one sees it."""
    count = length(text)
    if count <= CELL_LIMIT:
        return text
    mark = f"… [cut: {count:,} characters, the whole is in the journal]"
    kept = text[: CELL_LIMIT - len(mark)]
    while length(kept) > CELL_LIMIT - len(mark):
        kept = kept[: -max(1, (length(kept) - CELL_LIMIT + len(mark)) // 2)]
    return kept + mark


def text_lines(text: str, width: int) -> int:
    """How many lines a text takes in a cell of this width, in characters; no more than a person wants to see of one."""
    room = width * 6 // 5  # the font is smaller than the one that widths are counted in
    if len(text) < room and "\n" not in text:
        return 1
    return min(sum(len(line) // room + 1 for line in text.split("\n")), _TALLEST)


def most_lines(texts: Sequence[str]) -> int:
    """How many lines the longest of these texts takes, if none is wrapped."""
    if "\n" not in "".join(texts):
        return 1
    return min(max(text.count("\n") for text in texts) + 1, _TALLEST)


@cache
def letters(column: int) -> str:
    """A column's letters, from its place (0: `A`)."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def text_cell(place: str, style: int, text: str) -> str:
    """A cell that holds this text."""
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    space = ' xml:space="preserve"' if text[0] in _SPACE or text[-1] in _SPACE else ""
    inner = escaped(text if len(text) * 2 <= CELL_LIMIT else cut(text))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{inner}</t></is></c>'


def is_number(text: str) -> bool:
    """Whether this text can be a number cell and none of its digits is lost: Excel keeps 15."""
    if _USUAL_NUMBER.fullmatch(text):
        return True
    return _NUMBER.fullmatch(text) is not None and len(re.split("[eE]", text)[0].lstrip("-0.").replace(".", "")) <= 15


def number_cell(place: str, style: int, number: str, as_text: int) -> str:
    """A number in its own digits; a text, in the style `as_text`, where Excel would drop some."""
    if not number:
        return f'<c r="{place}" s="{style}"/>'
    if is_number(number):
        return f'<c r="{place}" s="{style}"><v>{number}</v></c>'
    return text_cell(place, as_text, number)


def error_cell(place: str, style: int, error: str) -> str:
    """A cell that shows one of Excel's own errors."""
    return f'<c r="{place}" s="{style}" t="e"><v>{error}</v></c>'
