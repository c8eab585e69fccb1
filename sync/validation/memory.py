"""What an exported workbook remembers, read as the mapping reads the sheet.

A cell as it was exported is not an edit, whatever the record holds by now. A changed one carries the exported value, so
that planning can compare three ways.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sync.model import ExportMemory, Row, Target
from sync.text import fold, normal
from sync.validation.columns import NO_EDIT, MappedColumn


class Remembered:
    """The memory of the rows of a sheet. Without a memory nothing is known of any of them.

    Args:
        memory: of the workbook; None if it has none.
        ids: of each row the record's id, or the text that the mapping matches by; None where it is unknown.
    """

    def __init__(self, memory: ExportMemory | None, columns: Sequence[MappedColumn], ids: Sequence[Any]) -> None:
        self._memory = memory
        headers = {fold(header): index for index, header in enumerate(memory.headers)} if memory else {}
        self._index = {c.target: headers[fold(c.header)] for c in columns if fold(c.header) in headers}
        self._columns = {c.target: c for c in columns if c.target in self._index}
        self._rows = [memory.rows.get(str(id_)) for id_ in ids] if memory else []
        self._ids = ids

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of any row."""
        return not any(self._rows)

    def untouched(self, column: MappedColumn, rows: Sequence[Row]) -> set[int]:
        """The rows whose cell in this column asks for what it asked for when it was exported."""
        index = self._index.get(column.target)
        if index is None:
            return set()
        same = set()
        value_of = cache(lambda text: _value(column, text))  # a choice is repeated ten thousand times
        for i, (row, remembered) in enumerate(zip(rows, self._rows, strict=True)):
            exported = remembered[index] if remembered else None
            if exported is None:
                continue
            text = row.cells[column.position]
            if text == exported or normal(text) == normal(exported):
                same.add(i)
            elif "\t" in exported and normal(text) == normal(exported.replace("\t", "")):
                same.add(i)  # LibreOffice drops tabs from a workbook that passes through .ods, and nobody sees one
            elif column.field.type != "string" and not row.cell_meta.get(column.position):
                value = value_of(text)
                if value is not NO_EDIT and value == value_of(exported):
                    same.add(i)
        return same

    def exported(self, i: int) -> Mapping[Target, Any]:
        """What the row's fields held when it was exported, as far as that is known; None for an empty field."""
        remembered = self._rows[i] if self._rows else None
        if not remembered:
            return {}
        values = {}
        for target, index in self._index.items():
            text = remembered[index]
            value = NO_EDIT if text is None else _value(self._columns[target], text)
            if value is not NO_EDIT:
                values[target] = value
        return values

    def items(self, i: int) -> Mapping[str, Any]:
        """The ids of the exported list items: {"contacts[1]": "55"}; None for an item that the record did not have."""
        if self._memory is None or not self._rows[i]:
            return {}
        ids = self._memory.item_ids(self._ids[i])
        return {item: ids.get(item) for item in self._memory.items}


def _value(column: MappedColumn, text: str) -> Any:
    """What an exported text stands for: None for an empty cell, NO_EDIT where it cannot be told."""
    shown = normal(text)
    if not shown:
        return None
    value, _, broken = column.meaning(shown)
    return shown if broken and column.field.type == "string" else value
