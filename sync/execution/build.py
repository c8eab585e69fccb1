"""How a run builds the update of a row: by its edits when it is planned, by its planned changes when it is sent."""

from dataclasses import dataclass, replace
from functools import cached_property

from sync.contract.resource import Resource
from sync.model import Change, Mode, Problem, Record, RowRecord, RunFacts
from sync.planning.replay import Replay, build_planned
from sync.planning.unchanged import asks_for_nothing
from sync.planning.undo import build_undo
from sync.planning.update import PlannedUpdate, build_unread_update, build_update, mismatches
from sync.planning.wording import HeaderLookup, verifying

NOTHING_TO_SEND = PlannedUpdate({})


@dataclass(frozen=True)
class Builder:
    """Builds the updates of a run's rows. Pure: all that it knows is handed in."""

    facts: RunFacts
    resource: Resource

    @property
    def reads(self) -> bool:
        """Whether records are read: not with --no-read, except to put back what was there."""
        return self.facts.mode is Mode.UNDO or not self.facts.options.no_read

    def plan(self, row: RowRecord, record: Record) -> PlannedUpdate:
        """What the row would change in its record."""
        constants, lookup = self.facts.options.constants, self.lookup(row)
        if self.facts.mode is Mode.UNDO:
            return build_undo(Replay(record, row.expected, self.resource, constants, lookup))
        if not self.reads:
            return build_unread_update(row.edit, self.resource, constants, lookup)
        if asks_for_nothing(row.edits, row.context, record, self.resource):
            return NOTHING_TO_SEND
        return build_update(row.edit, record, self.resource, constants, lookup)

    def send(self, row: RowRecord, record: Record, changes: tuple[Change, ...], sent: Record | None) -> PlannedUpdate:
        """What is still to be sent of the planned changes, given the record as it is now.

        `sent` is the body of an earlier PUT of this row that may have arrived.
        """
        constants, lookup = self.facts.options.constants, self.lookup(row)
        if self.facts.mode is Mode.UNDO:
            return build_undo(Replay(record, row.expected, self.resource, constants, lookup, sent))
        if not self.reads:
            return build_unread_update(row.edit, self.resource, constants, lookup)
        if sent is None and (problems := self._of_another_record(row, record)):  # a PUT may change what tells
            return PlannedUpdate({}, problems=problems)
        done = "previewed" if self.facts.mode is Mode.APPLY else "read"
        return build_planned(Replay(record, changes, self.resource, constants, lookup, sent), done)

    def _of_another_record(self, row: RowRecord, record: Record) -> tuple[Problem, ...]:
        """Why the record is not, or no longer, the one that the row is for: by what it is matched and verified by."""
        known, match = row.context, self.facts.options.match
        if not known.match and not known.verify:
            return ()
        told_by = {match: known.match} if match in record else {}
        edit = replace(row.edit, verify={**told_by, **known.verify})
        return tuple(mismatches(edit, record, self.resource, self.lookup(row)))

    @cached_property
    def _names(self) -> dict[str, str]:
        options = self.facts.options
        matched = {options.match: options.id_header} if options.match else {}
        telling = {**matched, **options.verified}
        return {**options.names, **{verifying(name): header for name, header in telling.items()}}

    def lookup(self, row: RowRecord) -> HeaderLookup:
        """The sheet's header for a target, and the row's text under it."""
        names, headers = self._names, self.facts.headers

        def lookup(target: str) -> tuple[str, str]:
            header = names.get(target, "")
            return (header, row.cells[headers.index(header)]) if header in headers else (header, "")

        return lookup
