"""What planning finds that concerns the run as a whole: cells left alone, and names that belong to another record."""

import threading
from collections.abc import Iterator

from sync.contract.resource import Resource
from sync.model import Record, RowRecord, RunFacts, SheetWarning
from sync.planning.update import PlannedUpdate
from sync.validation.warnings import swapped_names


class Findings:
    """Gathers as the records come by. Safe to use from several threads."""

    def __init__(self, facts: RunFacts, resource: Resource) -> None:
        self.left_alone = 0  # cells that somebody has changed since the export, and the person has not
        self._resource = resource
        self._header = facts.options.names.get(resource.roles.name, "") if resource.roles.name else ""
        self._new_names: list[tuple[int, int, str]] = []  # row of the sheet, id, the name that it gives
        self._names: dict[int, str] = {}  # of every record that came by; empty where no row gives a name
        self._lock = threading.Lock()

    def see(self, record: Record) -> None:
        """A record was read, whether a row is for it or not."""
        name, record_id = record.get(self._resource.roles.name), record.get(self._resource.roles.id)
        if self._header and isinstance(name, str) and type(record_id) is int:
            with self._lock:
                self._names[record_id] = name

    def plan(self, row: RowRecord, update: PlannedUpdate) -> None:
        """A row was planned."""
        if not update.changes and not update.left_alone:
            return
        names = [change.after for change in update.changes if change.field == self._resource.roles.name]
        with self._lock:
            self.left_alone += update.left_alone
            self._new_names += [(row.row, row.record_id or 0, name) for name in names if isinstance(name, str) and name]

    def warnings(self) -> Iterator[SheetWarning]:
        """Rows that give a record the present name of another one: their ids may have slipped."""
        if self._new_names:
            yield from swapped_names(self._new_names, self._names.items(), self._header, self._resource.noun.one)
