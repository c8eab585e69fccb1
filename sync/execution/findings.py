"""What planning finds that concerns the run as a whole: cells left alone, fields that say the same twice, and names
that belong to another record.
"""

import threading
from array import array
from collections.abc import Iterator
from dataclasses import replace

from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.contract.rules import is_id
from sync.model import Record, RowRecord, RunFacts, SheetWarning
from sync.planning.update import PlannedUpdate
from sync.problems import warning
from sync.text import fold
from sync.validation.warnings import swapped_names

_FEW = 3  # cells that are named, of those that were left alone


class Findings:
    """Gathers as the records come by. Safe to use from several threads.

    Of the records' names only their hashes are kept, 16 bytes a record: the list may have a million.
    """

    def __init__(self, facts: RunFacts, resource: Resource) -> None:
        self._left_alone = facts.left_alone  # what an earlier process of this run has found counts too
        # Of each that is named: its row, its place in the row, and which cell it is.
        self._first_left_alone = [(0, n, cell) for n, cell in enumerate(facts.first_left_alone)]
        self._display = Display(resource, facts.options.names)
        self._remarks = {remark.column: remark for remark in facts.remarks}  # by the sheet's header
        self._resource = resource
        self._header = facts.options.names.get(resource.roles.name, "") if resource.roles.name else ""
        self._new_names: list[tuple[int, int, str]] = []  # row of the sheet, id, the name that it gives
        self._ids, self._hashes = array("q"), array("q")  # of every record that came by: its id, its name's hash
        self._lock = threading.Lock()

    def see(self, record: Record) -> None:
        """A record was read, whether a row is for it or not."""
        if not self._header:
            return
        name, record_id = record.get(self._resource.roles.name), record.get(self._resource.roles.id)
        if isinstance(name, str) and is_id(record_id):
            hashed = hash(fold(name))
            with self._lock:
                self._ids.append(record_id)
                self._hashes.append(hashed)

    def plan(self, row: RowRecord, update: PlannedUpdate) -> None:
        """A row was planned."""
        if not update.changes and not update.left_alone:
            return
        names = [change.after for change in update.changes if change.field == self._resource.roles.name]
        with self._lock:
            self._leave_alone(row, update.left_alone)
            for name in update.undecided:
                self._remark(row, name)
            self._new_names += [(row.row, row.record_id or 0, name) for name in names if isinstance(name, str) and name]

    def _leave_alone(self, row: RowRecord, targets: tuple[str, ...]) -> None:
        self._left_alone += len(targets)
        whose = f"{self._resource.noun.one} {row.record_id}"
        cells = [(row.row, n, f"{self._display.name(target)} of {whose}") for n, target in enumerate(targets[:_FEW])]
        self._first_left_alone = sorted([*self._first_left_alone, *cells])[:_FEW]

    def _remark(self, row: RowRecord, name: str) -> None:
        """A row changes this field of a record that says the same in another field too."""
        header = self._display.name(name)
        remark = self._remarks.get(header)
        if remark is None:
            other = self._display.name(self._resource.fields[name].beside)
            remark = warning("two_fields", header, 0, row.row, other=other, noun=self._resource.noun.one)
        self._remarks[header] = replace(remark, rows=remark.rows + 1, first_row=min(remark.first_row, row.row))

    def added_to(self, facts: RunFacts) -> RunFacts:
        """The facts of the run, with what a person should know. None of it holds a run back."""
        first = tuple(cell for _, _, cell in self._first_left_alone)
        remarks = tuple(self._remarks.values())
        return replace(facts, left_alone=self._left_alone, first_left_alone=first, remarks=remarks)

    def warnings(self) -> Iterator[SheetWarning]:
        """Rows that give a record the present name of another one: their ids may have slipped."""
        if self._new_names:
            noun = self._resource.noun.one
            yield from swapped_names(self._new_names, self._holders().items(), self._header, noun)

    def _holders(self) -> dict[int, str]:
        """By id, the present names that some row gives to a record."""
        new = {hash(fold(name)): name for _, _, name in self._new_names}
        holders: dict[int, str] = {}
        for record_id, hashed in zip(self._ids, self._hashes, strict=True):
            if hashed in new:
                holders[record_id] = new[hashed]
            else:
                holders.pop(record_id, None)  # it was read again, and has another name by now
        return holders
