"""What an exported workbook remembers: the text of each cell as it was exported, by record.

The memory is a sheet that Excel shows to nobody. Its form, from top to bottom:

- A1: `campfire-sync memory 1`.
- A2: `id`. B2: a JSON object, `{"headers": [the sheet's headers], "items": ["contacts[1]", …], "key": "", "base_url":
  "https://…", "token": "0123456789abcdef"}`. `key` is the field that stands in A instead of the id; empty for the id.
  `base_url` is where the records were read.
- From row 3 on a row for each record: its id in A (a key as a JSON string, if it is not digits), and from B on the
  parts of one JSON list, to be joined: a text for each header, then the id of each list item (null if it was
  missing). A text is null where the cell could not show what the record held: nothing is known of that cell.

The sheet whose cells these are has a local name, `_campfire_export`, that stands for the token. Excel and LibreOffice
take such a name along where a sheet is moved into another workbook, and it stays whatever is done to the cells. So the
memory of one export never counts for the sheet of another.

One list per record, and not one cell per cell: on 100,000 records of 35 columns that is two thirds of the space, and
what the reader of sheets has to do is a tenth.
"""

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any

from sync.model import ExportMemory, RememberedRow

SHEET = "_campfire_memory"
MARK = "campfire-sync memory 1"
NAME = "_campfire_export"
_PIECE = 16_000  # code points; a cell holds 32,767 UTF-16 units
# What programs change, or what XML can't hold as it is: the list holds it as a JSON escape.
_AWKWARD = re.compile("[&<>\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_(?=x)")
_TOKEN = re.compile('"([0-9a-f]{16})"')  # as the name has it: a text in a formula
_DIGITS = re.compile("[0-9]+")
_KNOWN = {str, NoneType}
_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class MemoryDamaged(ValueError):
    """The sheet does not hold what an export has written."""


class MemoryOfAnother(ValueError):
    """The memory is not that of the sheet: they come from two exports."""


def new_token() -> str:
    """What ties a memory to its sheet."""
    return secrets.token_hex(8)


def as_formula(token: str) -> str:
    """What the sheet's name stands for."""
    return f'"{token}"'


def packed_head(
    headers: Sequence[str], items: Sequence[str], key: str = "", token: str = "", base_url: str = ""
) -> list[str]:
    """The cells of row 2."""
    head = {"headers": list(headers), "items": list(items), "key": key, "base_url": base_url, "token": token}
    return ["id", *_pieces(_encode(head))]


def packed_row(key: int | str, row: RememberedRow) -> list[str]:
    """The cells of a record's row. `key` is its id, or the text of the key field."""
    text = str(key)
    return [text if _DIGITS.fullmatch(text) else _pieces(_encode(text))[0], *_pieces(_encode(row))]


def is_first_row(texts: Sequence[str]) -> bool:
    """Whether the first row of a sheet is that of a memory."""
    return bool(texts) and texts[0].strip() == MARK


def unpacked(rows: Iterable[Sequence[str]], formula: str = "") -> ExportMemory:
    """The memory from its sheet's rows, each with its texts from column A on, empty rows and all.

    Args:
        formula: what the name of the sheet that is read stands for. A program may have dropped the name, or made
            something else of it: then nothing is known.

    Raises:
        MemoryDamaged: the rows are not as an export has written them. The text says which row is wrong.
        MemoryOfAnother: the sheet comes from another export.
    """
    filled = (cells for row in rows if any(cells := [*map(str.strip, row)]))
    if not is_first_row(next(filled, [])):
        raise MemoryDamaged(f"its first cell is not “{MARK}”")
    head = _head(next(filled, []))
    headers, items = _texts(head.get("headers")), _texts(head.get("items"))
    key, base_url, token = (str(head.get(name, "")) for name in ("key", "base_url", "token"))
    if (of_sheet := _TOKEN.fullmatch(formula.strip())) and of_sheet[1] != token:
        raise MemoryOfAnother
    packed: dict[str, str] = {}
    for cells in filled:
        of_record, row = _row(cells, len(headers) + len(items))
        if of_record in packed:
            raise MemoryDamaged(f"{of_record} is in it twice")
        packed[of_record] = row
    return ExportMemory(headers, items, _PackedRows(packed), key, base_url)


class _PackedRows(Mapping[str, RememberedRow]):
    """The rows as the sheet has them, unpacked when they are asked for: a third of the memory."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        self._packed = packed

    def __getitem__(self, key: str) -> RememberedRow:
        return tuple(_decode(self._packed[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def _head(cells: Sequence[str]) -> dict[str, Any]:
    head = _decoded("".join(cells[1:]))
    if cells[:1] != ["id"] or not isinstance(head, dict):
        raise MemoryDamaged("its headers can't be read")
    return head


def _row(cells: Sequence[str], width: int) -> tuple[str, str]:
    """What tells the record, and its list, which is sound."""
    key = cells[0] if cells[0].isdecimal() and cells[0].isascii() else _decoded(cells[0])
    packed = "".join(cells[1:])
    values = _decoded(packed)
    whole = isinstance(values, list) and len(values) == width and _KNOWN.issuperset(map(type, values))
    if not whole or not isinstance(key, str):
        raise MemoryDamaged(f"the row of “{cells[0][:30]}” can't be read")
    return key, packed


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise MemoryDamaged("its headers can't be read")
    return tuple(value)


def _decoded(text: str) -> Any:
    try:
        return _decode(text)
    except (ValueError, RecursionError):
        return None


def _pieces(text: str) -> list[str]:
    if _AWKWARD.search(text):
        text = _AWKWARD.sub(_escape, text)
    if len(text) <= _PIECE:
        return [text]
    text = re.sub(r"\s", _escape, text)  # a program may drop blanks at the end of a piece
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def _escape(character: re.Match[str]) -> str:
    return f"\\u{ord(character.group()):04x}"
