"""What the sheet To fix remembers, so that running it again sends what somebody changed and nothing else.

A row that came from an export keeps the memory of that export: cells that nobody touched stay no edits. A conflict gets
the record's present values instead, for the cells that are in conflict: who runs it again has seen and confirmed them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sync.contract.display import Display, cell_text
from sync.model import REPLACED, RememberedRow, RowRecord, RunFacts, Target
from sync.status import Status
from sync.text import fold, normal
from sync.xlsx.writing.memory import MemorySheet
from sync.xlsx.writing.package import Part
from sync.xlsx.writing.shell import Frame


class ToFixMemory:
    """Writes the hidden sheet with the memory, where some row has any. Rows come with their memory from the journal."""

    def __init__(self, facts: RunFacts, display: Display) -> None:
        self._facts = facts
        self._display = display
        self._header_of = {target: header for target, header in facts.options.names.items() if target != "id"}
        self._headers = list(self._header_of.values())
        self._items = sorted({item for target in self._header_of if (item := _item_of(target))})
        self._by_folded = {fold(header): header for header in self._headers}
        self._sheet = MemorySheet(self._headers, self._items, facts.options.match, facts.base_url)
        self._keys: set[int | str] = set()

    def add(self, row: RowRecord) -> None:
        """A row of To fix."""
        texts, ids = self._of(row)
        if row.status is Status.CONFLICT:
            self._remember_present(present_of(row), texts, ids)
        key = self._key(row)
        if key and key not in self._keys and (texts or ids):  # an id that is given twice is remembered once
            remembered: RememberedRow = (*map(texts.get, self._headers), *map(ids.get, self._items))
            self._sheet.add(key, remembered)
            self._keys.add(key)

    def put_into(self, frame: Frame, of: str) -> None:
        """Add the sheet to the workbook, after all others; see `MemorySheet.put_into`."""
        if self._keys:
            self._sheet.put_into(frame, of)

    def part(self, read: Callable[[str], bytes]) -> dict[str, Part]:
        """The sheet's part; see `MemorySheet.part`."""
        return self._sheet.part(read) if self._keys else {}

    def close(self) -> None:
        """Delete the temporary file."""
        self._sheet.close()

    def _of(self, row: RowRecord) -> tuple[dict[str, str], dict[str, str]]:
        """What is remembered of a row: texts by the sheet's header, ids by item."""
        exported = (row.exported or {}).items()
        texts = {self._by_folded[fold(h)]: text for h, text in exported if fold(h) in self._by_folded}
        return texts, dict(row.item_ids)

    def _remember_present(self, present: Mapping[str, Any], texts: dict[str, str], ids: dict[str, str]) -> None:
        for target, value in present.items():
            if target in self._items:
                ids.pop(target, None)
                if value is not None:
                    ids[target] = str(value)
            elif target in self._header_of:
                header = self._header_of[target]
                texts.pop(header, None)
                text = cell_text(value, self._display.field(target))
                if text is not None:
                    texts[header] = text

    def _key(self, row: RowRecord) -> int | str | None:
        """What the sheet's id column holds for the row."""
        if not self._facts.options.match:
            return row.record_id
        header = next((h for h in self._facts.headers if fold(h) == fold(self._facts.options.id_header)), None)
        return normal(row.cells[self._facts.headers.index(header)]) if header in self._facts.headers else None


def _item_of(target: str) -> str:
    """The list item that a target is part of: `contacts[1]` of `contacts[1].email`; empty if none."""
    parsed = Target.parse(target)
    return f"{parsed.field}[{parsed.index}]" if parsed and parsed.index else ""


def replaced(row: RowRecord) -> Mapping[str, Mapping[str, Any]]:
    """Of a conflict: the items in whose place there is another one, with what that one holds; see `REPLACED`.

    Without those that the sheet has other columns for.
    """
    known = {name: str(value) for name, value in {**row.item_ids, **row.present}.items() if value is not None}
    return {
        name: facts
        for name, facts in row.present.get(REPLACED, {}).items()
        if str(facts[name]) not in {other for item, other in known.items() if item != name and _is_item(item)}
    }


def present_of(row: RowRecord) -> dict[str, Any]:
    """Of a conflict: what To fix remembers. Where another item is in an item's place, it is that one's."""
    present = {name: value for name, value in row.present.items() if name != REPLACED}
    for facts in replaced(row).values():
        present |= facts
    return present


def _is_item(name: str) -> bool:
    """Whether this is `contacts[1]`, and no field."""
    return name.endswith("]")
