"""Rows in the plain form that most programs write, read by a pattern.

The pattern takes only what needs no parser: no comments, no prefixes, no entities, attributes in the usual order. A row
is read by it only if all of the row has this form; any other goes through the parser. Measured on 100,000 rows of 35
columns: the whole reading takes 4 s with it, and 14 s without.
"""

import re
from typing import NamedTuple

_ROW = r'\s*<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<&]*")*) ?>'
_TEXT = "[^<]*"
_STYLE = r'(?: s="[0-9]+")?'
_FORMULA = r"<f(?: [^<>]*)?(?:/>|>[^<]*</f>)"
_INLINE = r'<is><t(?: xml:space="preserve")?>'
_WHOLE_ROW = re.compile(
    rf'{_ROW}(?:<c r="[A-Z]{{1,3}}\1"{_STYLE}'  # \1: the number of the row
    rf'(?:(?! t="inlineStr")(?: t="[A-Za-z]+")? ?(?:/>|>(?:{_FORMULA})?<v>{_TEXT}</v></c>)'
    rf'| t="inlineStr" ?>{_INLINE}{_TEXT}</t></is></c>))*+'
)
_CELLS = re.compile(
    r'<c r="([A-Z]+)[0-9]+"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")? ?'
    rf"(?:/>|>({_FORMULA})?(?:<v>|{_INLINE})({_TEXT})<)"
)

# A cell: letters, style, type, formula, what is stored.
FastCell = tuple[str, str, str, str, str]


class FastRow(NamedTuple):
    """A row's number, its other attributes, and its cells."""

    number: int
    attributes: str
    cells: list[FastCell]


def fast_row(piece: str) -> FastRow | None:
    """The row that this piece holds (its end tag cut off), if it is in the plain form."""
    row = _WHOLE_ROW.fullmatch(piece)
    if row is None or "&" in piece or "\r" in piece or "]]>" in piece:
        return None
    return FastRow(int(row[1]), row[2], _CELLS.findall(piece, row.end(2)))
