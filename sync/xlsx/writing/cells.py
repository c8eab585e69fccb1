"""Cells as the XML of a worksheet has them (ECMA-376, part 1, 18.3): text is always text, numbers keep their digits."""

import re
import unicodedata
from collections.abc import Sequence

from sync.text import EXCEL_CELL, excel_length

LINE_FEEDS = 253  # in a cell; Microsoft, "Excel specifications and limits"
LAST_ROW = 1_048_576
_TALLEST = 12  # lines

_ILLEGAL = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
# An underscore that a reader would take for the start of an escape is escaped itself, so that a text survives the way.
_ESCAPED = re.compile(f"[{_ILLEGAL}]|_(?=x[0-9A-Fa-f]{{4}}[_{_ILLEGAL}])")
_PLAIN_ASCII = bytes(set(range(0x20, 0x7F)) - set(b"&<>"))
_SURELY_SHORT = EXCEL_CELL // 2  # characters that fit into a cell, whatever they are
_SPACE = " \t\n"  # what an XML reader may drop at either end of a text, unless it is told not to
# Of at most 15 digits: Excel keeps them all. Possessive (`+`): no backtracking, which halves the time.
_USUAL = r"-?+[0-9]{1,12}+(?:\.[0-9]{1,3}+)?+"
usual_number = re.compile(_USUAL).fullmatch
# With a blank between two; some may be empty.
_are_usual_numbers = re.compile(f"(?:{_USUAL})?+(?: (?:{_USUAL})?+)*+").fullmatch
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def plain(text: str) -> str:
    """A text with what XML cannot hold as `_x0007_`. A text that looks like such an escape is protected."""
    return _ESCAPED.sub(lambda match: f"_x{ord(match.group()):04X}_", text)


def escaped(text: str) -> str:
    """A text as the content of an element."""
    if _is_plain(text):
        return text
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def all_plain(texts: Sequence[str]) -> bool:
    """Whether these texts can be the content of elements as they stand: nothing to escape, cut, preserve or wrap.

    May say no where they can. One look at all of them instead of one at each saves 11 % of the time of `report`
    (100,000 rows x 57 columns).
    """
    together = " ".join(filter(None, texts))
    # Where no two blanks meet, no text begins or ends with one. Line feeds and tabs are not printable.
    stripped = "  " not in together and together.strip(" ") == together
    short = len(together) <= _SURELY_SHORT or max(map(len, texts)) <= _SURELY_SHORT
    return stripped and short and _is_plain(together)


def _is_plain(text: str) -> bool:
    """Whether a text holds nothing that XML or Excel would take for something else."""
    if "_" in text and "_x" in text:  # one letter is found at once, two are not
        return False
    if text.isascii():
        return not text.encode().translate(None, delete=_PLAIN_ASCII)  # half the time of looking at each character
    return text.isprintable() and "&" not in text and "<" not in text and ">" not in text


def fits(text: str) -> bool:
    """Whether a cell can hold the whole text."""
    if len(text) <= LINE_FEEDS:
        return True
    return excel_length(text) <= EXCEL_CELL and text.count("\n") <= LINE_FEEDS


def cut(text: str) -> str:
    """A text that a cell can hold. Where it was too long, its end says that it was cut."""
    if fits(text):
        return text
    lines = text.count("\n") + 1
    size = f"{lines:,} lines" if lines > LINE_FEEDS + 1 else f"{excel_length(text):,} characters"
    mark = f"… [cut: {size}, the whole text is in the journal]"
    kept = "\n".join(text.split("\n", LINE_FEEDS)[:LINE_FEEDS])[: EXCEL_CELL - len(mark)]
    while excel_length(kept) > EXCEL_CELL - len(mark):
        kept = kept[: -max(1, (excel_length(kept) - EXCEL_CELL + len(mark)) // 2)]
    return kept + mark


def text_lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of this width, in characters; at most as many as a row should be high."""
    room = int(width * 6 // 5)  # the font is smaller than the one that widths are counted in
    if text.isascii() and "\n" not in text:
        return min(len(text) // room + 1, _TALLEST)
    return min(sum(text_width(line) // room + 1 for line in text.split("\n")), _TALLEST)


def text_width(text: str) -> int:
    """How wide the longest line of a text is, in characters; one of Chinese, Japanese or Korean is as wide as two."""
    lines = text.split("\n")
    if text.isascii():
        return max(map(len, lines))
    return max(len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in line) for line in lines)


def most_lines(texts: Sequence[str]) -> int:
    """How many lines the longest of these texts takes, if none is wrapped."""
    if "\n" not in "".join(texts):
        return 1
    return min(max(text.count("\n") for text in texts) + 1, _TALLEST)


def text_cell(place: str, style: int, text: str) -> str:
    """A cell that holds this text."""
    return f'<c r="{place}{text_body(style, text)}'


def text_body(style: int, text: str) -> str:
    """What follows the place of a cell that holds this text."""
    if not text:
        return f'" s="{style}"/>'
    space = ' xml:space="preserve"' if text[0] in _SPACE or text[-1] in _SPACE else ""
    return f'" s="{style}" t="inlineStr"><is><t{space}>{escaped(cut(text))}</t></is></c>'


def plain_bodies(style: int, texts: Sequence[str]) -> list[str]:
    """As `text_body` for each of these texts, which are `all_plain`."""
    empty, start = f'" s="{style}"/>', f'" s="{style}" t="inlineStr"><is><t>'
    return [f"{start}{text}</t></is></c>" if text else empty for text in texts]


def text_bodies(style: int, texts: Sequence[str]) -> list[str]:
    """As `text_body` for each of these texts."""
    return plain_bodies(style, texts) if all_plain(texts) else [text_body(style, text) for text in texts]


def is_number(text: str) -> bool:
    """Whether a number cell can hold this number without losing digits: Excel keeps 15."""
    if usual_number(text):
        return True
    return _NUMBER.fullmatch(text) is not None and len(re.split("[eE]", text)[0].lstrip("-0.").replace(".", "")) <= 15


def number_cell(place: str, style: int, number: str, as_text: int) -> str:
    """A number in its own digits; a text, in the style `as_text`, where Excel would drop some."""
    return f'<c r="{place}{number_body(style, number, as_text)}'


def number_body(style: int, number: str, as_text: int) -> str:
    """What follows the place of such a cell."""
    if not number:
        return f'" s="{style}"/>'
    if is_number(number):
        return f'" s="{style}"><v>{number}</v></c>'
    return text_body(as_text, number)


def number_bodies(style: int, numbers: Sequence[str], as_text: int) -> list[str]:
    """As `number_body` for each of these numbers."""
    different = set(numbers)  # many are the same
    together = " ".join(different)
    if together.count(" ") != len(different) - 1 or not _are_usual_numbers(together):
        return [number_body(style, number, as_text) for number in numbers]
    empty, start = f'" s="{style}"/>', f'" s="{style}"><v>'
    return [f"{start}{number}</v></c>" if number else empty for number in numbers]


def error_cell(place: str, style: int, error: str) -> str:
    """A cell that shows one of Excel's own errors."""
    return f'<c r="{place}" s="{style}" t="e"><v>{error}</v></c>'
