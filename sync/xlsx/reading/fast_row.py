"""Rows in the plain form, read by a pattern.

The pattern takes only what needs no parser: no comments, no prefixes, attributes in the usual order, entities of the
five named kinds. That nothing else is in the row is known by counting its tags.
"""

import re
from typing import NamedTuple

_ROW = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<&]*")*) ?>')
_TEXT = r"([^<\x00-\x08\x0b-\x1f\ufffe\uffff]*)"
_START = r'<c r="([A-Z]{1,3})([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")? ?'
_CELL = re.compile(rf"{_START}(?:/>|><v>{_TEXT}</v></c>)")
_ANY_CELL = re.compile(
    rf"{_START}(?:/>|>(?:(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?<v>{_TEXT}</v>"
    rf'|<is><t(?: xml:space="preserve")?>{_TEXT}</t></is>)</c>)'
)

# A cell: letters, digits, style, type, what is stored.
SimpleCell = tuple[str, str, str, str, str]
# A cell: letters, digits, style, type, formula, what is stored, text of its own.
AnyCell = tuple[str, str, str, str, str, str, str]


class FastRow(NamedTuple):
    """A row's number, its other attributes, and its cells: all simple, or all in the longer form."""

    number: int
    attributes: str
    simple: list[SimpleCell]
    cells: list[AnyCell]


def fast_row(piece: str) -> FastRow | None:
    """The row that this piece holds (its end tag cut off), if it is in the plain form."""
    start = _ROW.match(piece)
    if start is None:
        return None
    simple = _CELL.findall(piece, start.end())
    values = 3 * piece.count("</v>")
    tags = piece.count("<") - 1 - values
    if tags == len(simple):
        return FastRow(int(start[1]), start[2], simple, [])
    cells = _ANY_CELL.findall(piece, start.end())
    texts = piece.count("</is>")
    counted = len(cells) + 5 * texts + piece.count("<f") + piece.count("</f>")
    if tags != counted or texts != piece.count(' t="inlineStr"'):
        return None
    return FastRow(int(start[1]), start[2], [], cells)
