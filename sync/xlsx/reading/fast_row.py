"""Rows in the plain form that most programs write, read without a parser.

A row is cut wherever a text stands between two tags. Without its texts and its number a row looks like many others, so
what stands between the texts is understood once for each kind of row, by patterns. These take only what needs no
parser: no comments, no prefixes, no entities, attributes in the usual order. A row that does not have this form from
its first character to its last goes through the parser. Measured on 100,000 rows of 35 columns: the whole reading takes
3 s with it, and 14 s without.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import ge, getitem, lt
from typing import NamedTuple, cast

from sync.xlsx.columns import LAST_COLUMN, number_of
from sync.xlsx.reading.cell import CellReader, Value
from sync.xlsx.reading.escapes import unescaped
from sync.xlsx.reading.raw_row import RawRow, is_hidden

# No XML holds these three characters. They stand for the texts of a row, and for the digits of its number, one for each
# (to replace a text by one of the same length takes half the time); the third is put behind each value.
_TEXT, _DIGIT, _BEHIND = "\x01", "\x02", "\x03"

_START = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"')
_VALUE, _VALUE_END = "<v>", "</v></c>"
_BETWEEN_TAGS = re.compile(">([^<]+)<")
_ATTRIBUTES = rf'((?: [A-Za-z0-9:]+="[^"<>{_DIGIT}]*")*)'
_ATTRIBUTE = re.compile(' ([A-Za-z0-9:]+)="([^"]*)"')
_FORMULA = re.compile(rf"<f{_ATTRIBUTES}>[^<]*</f>")
_CELL = rf'<c r="([A-Z]{{1,3}}){_DIGIT}+"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")? ?'
_EMPTY_CELL = re.compile(f"{_CELL}/>")
_TAGS = re.compile(
    rf'(?:\s*<row r="{_DIGIT}+"{_ATTRIBUTES} ?>|/(v|t></is)></c>)'
    rf"((?:<c [^<>]*/>)*)"
    rf'(?:{_CELL}>(?:<f{_ATTRIBUTES}/>)?<(v|is><t)(?: xml:space="preserve")?)?'
)
_INLINE = "<is>"
_END = {"v": "v", "is><t": "t></is"}  # by how a text begins
_BEHIND_ALL = LAST_COLUMN + 1
_MOST_KINDS = 2_000  # of rows; each takes some kB


class _NeedsParser(Exception):
    """The row holds something that the patterns do not cover."""


class _Tags(NamedTuple):
    """What stands before a text, between two, or behind the last; and the cell that it begins, where it begins one."""

    row: str | None  # the attributes of the row, before its first text
    ends: str | None  # the tags behind the text before
    first: int  # the number of the first column that has a cell in it
    last: int
    needs: str | None  # the tags that have to stand behind the text; None where none follows
    letters: str = ""
    values: "Mapping[str, Value] | _Rarer | None" = None  # what the cell holds, by the text
    is_bare: bool = False  # it is a number shown without leading zeros, and not as a date
    is_shared: bool = False  # its text is the position of a shared one


class _Kind(NamedTuple):
    """What all rows with the same tags have in common."""

    is_hidden: bool
    letters: tuple[str, ...]  # of the cells with a text; so are the other three
    values: tuple["Mapping[str, Value] | _Rarer", ...]
    is_shared: tuple[bool, ...]
    numbers: tuple[str, ...]  # the letters of those that are bare numbers


class FastRows:
    """Reads the rows of a sheet that are in the plain form."""

    def __init__(self, reader: CellReader) -> None:
        self._reader = reader
        self._kind = lru_cache(_MOST_KINDS)(self._kind_of)
        self._tags = lru_cache(_MOST_KINDS * 10)(self._tags_of)

    def row(self, piece: str) -> RawRow | None:
        """The row that this piece holds (its end tag cut off), if it is in the plain form.

        What is rare is looked for by its rare character first: 3 % of a check, here and in the shared texts.
        """
        start = _START.match(piece)
        if start is None or "&" in piece or "\r" in piece or ("]" in piece and "]]>" in piece):
            return None
        if "f" in piece and "<f" in piece:
            piece = _FORMULA.sub(r"<f\1/>", piece)  # nobody sees its text
        parts = _BETWEEN_TAGS.split(piece) if "i" in piece and _INLINE in piece else _at_values(piece)
        tags, texts = parts[::2], parts[1::2]
        together = "".join(texts)
        if "<" in together or _BEHIND in together or not all(texts):  # it was cut elsewhere, or a value is empty
            return None
        try:
            kind = self._kind(_TEXT.join(tags).replace(f'{start[1]}"', f'{_DIGIT * len(start[1])}"'))
            values = list(map(getitem, kind.values, texts))
        except (_NeedsParser, ValueError, LookupError):
            return None
        row = RawRow(int(start[1]), kind.is_hidden, kind.letters, (), {}, kind.numbers, ())
        if self._reader.struck_texts:
            self._add_struck(row, kind, texts)
        if "" in values or not _are_texts(values):
            _sort_out(row, values)
        else:
            row.texts = cast(list[str], values)
        return row

    def _add_struck(self, row: RawRow, kind: _Kind, texts: list[str]) -> None:
        cells = zip(kind.letters, kind.is_shared, texts, strict=True)
        struck = self._reader.struck_texts
        row.struck_through = tuple(letters for letters, is_shared, text in cells if is_shared and int(text) in struck)

    def _kind_of(self, row: str) -> _Kind:
        """What these tags say.

        Raises:
            _NeedsParser, ValueError, LookupError: they do not belong to a row in the plain form.
        """
        if _INLINE not in row:  # what `_at_values` has taken with the texts
            row = row.replace(_TEXT + _BEHIND, f"<v{_TEXT}/v></c>")
        tags = zip(*map(self._tags, row.split(_TEXT)), strict=True)
        (attributes, *_), ends, first, last, needs, letters, values, are_bare, are_shared = tags
        # So the row begins with its tag, each text has its tags on both sides, and nothing is begun behind the last.
        if (
            attributes is None
            or ends != (None, *needs[:-1])
            or needs[-1] is not None
            or not all(map(lt, last, first[1:]))
        ):
            raise _NeedsParser
        hidden = bool(attributes) and is_hidden(dict(_ATTRIBUTE.findall(attributes)))
        numbers = tuple(compress(letters, are_bare))
        return _Kind(hidden, letters[:-1], values[:-1], are_shared[:-1], numbers)

    def _tags_of(self, between: str) -> _Tags:
        """As `_kind_of`, for the tags between two texts."""
        match = _TAGS.fullmatch(between)
        if match is None:
            raise _NeedsParser
        row, ends, empty, letters, style, kind, formula, begins = match.groups()
        columns = [number_of(cell[0]) for cell in _EMPTY_CELL.findall(empty)]
        if letters is not None:
            columns.append(number_of(letters))
        if len(columns) != between.count("<c ") or any(map(ge, columns, columns[1:])):
            raise _NeedsParser
        where = (min(columns, default=_BEHIND_ALL), max(columns, default=0))
        if letters is None:
            return _Tags(row, ends, *where, needs=None)
        values, is_bare, is_shared = self._values(style or "", kind or "n", formula, begins)
        return _Tags(row, ends, *where, _END[begins], letters, values, is_bare, is_shared)

    def _values(
        self, style: str, kind: str, formula: str | None, begins: str
    ) -> tuple["Mapping[str, Value] | _Rarer", bool, bool]:
        """The last three parts of _Tags."""
        is_inline, is_formula = kind == "inlineStr", formula is not None
        is_array = formula is not None and " ref=" in formula
        if style in self._reader.odd_styles or is_inline != (begins != "v") or is_array or (is_inline and is_formula):
            raise _NeedsParser
        values: Mapping[str, Value] | _Rarer = _Rarer(self._reader, kind, style, is_formula)
        if not is_formula and kind == "s":
            values = self._reader.texts
        elif not is_formula and kind == "n":
            values = self._reader.numbers[style]
        return values, kind == "n" and style in self._reader.bare_styles, kind == "s"


def _at_values(piece: str) -> list[str]:
    """A row without inline texts, cut at the tags of its values: tags and values by turns, if it is in the plain form.

    A pattern that finds them takes twice as long, 0.5 % of a preview.
    """
    return piece.replace(_VALUE_END, _VALUE + _BEHIND).split(_VALUE)


class _Rarer:
    """What cells hold that are neither simple texts nor simple numbers, by what is stored in them."""

    def __init__(self, reader: CellReader, kind: str, style: str, is_formula: bool) -> None:
        self._reader = reader
        self._cell = kind, style, is_formula

    def __getitem__(self, stored: str) -> Value:
        kind, style, is_formula = self._cell
        return unescaped(stored) if kind == "inlineStr" else self._reader.value(kind, style, is_formula, stored)


def _are_texts(values: Sequence[Value]) -> bool:
    """Whether no cell needs more to be told than its text. Asked in this way, it takes a third of the time."""
    try:
        "".join(cast(Sequence[str], values))
    except TypeError:
        return False
    return True


def _sort_out(row: RawRow, values: Sequence[Value]) -> None:
    """Fill in a row some of whose cells show nothing, or are not told by their texts alone."""
    texts = {}
    for letters, value in zip(row.letters, values, strict=True):
        if isinstance(value, str):
            texts[letters] = value
        else:
            texts[letters], row.cell_meta[letters] = value
    row.letters = tuple(letters for letters, text in texts.items() if text)
    row.texts = [text for text in texts.values() if text]
    row.numbers = tuple(letters for letters in row.numbers if texts[letters])
    row.struck_through = tuple(letters for letters in row.struck_through if texts[letters])
