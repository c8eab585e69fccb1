"""Turns what the tables hold into typed values, and says so where it is damaged."""

import json
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import fields
from functools import cached_property
from typing import Any

from sync.journal.database import JournalUnreadable
from sync.journal.tables import checksum
from sync.model import (
    ABSENT,
    MISSING,
    Cell,
    Change,
    ChangeKind,
    EditContext,
    Mode,
    RecordSummary,
    RowRecord,
    RunFacts,
    RunOptions,
    RunState,
    SheetWarning,
)
from sync.status import Stage, State, Status, state_of, status_of

_raw_decode = json.JSONDecoder().raw_decode
IN_DOUBT = "It was sent, but no answer came, so the update may have arrived. To find out: campfire-sync resume {run}"
ON_ITS_WAY = "Its request is on its way."
_NO_CONTEXT = EditContext()

COLUMNS = (
    "n, row, record_id, cells, cell_meta, state, message, edits, witnesses, present, expected, changes, before, after, "
    "http_status, attempts, sent_at, checksum"
)


def _value(text: str) -> Any:
    """The JSON value of a column. json.loads looks for blanks around it, which took a tenth of the reading of a row."""
    value, end = _raw_decode(text)
    if end != len(text):
        raise ValueError("there is more than a JSON value")
    return value


def unpack_changes(text: str) -> tuple[Change, ...]:
    """Changes as the journal stores them."""
    if text == "[]":  # most rows of most runs
        return ()
    return tuple(_unpacked(*packed) for packed in _value(text))


def _unpacked(field: str, before: Any, after: Any, item_id: Any, kind: str = "") -> Change:
    """One change. Journals before version 4 did not say of what kind it is."""
    before = MISSING if before == ABSENT else before
    if not kind:
        is_new = "[" in field and item_id is None and before is MISSING
        kind = ChangeKind.NEW_ITEM if is_new else ChangeKind.EDIT
    return Change(field, before, after, item_id, ChangeKind(kind))


def unpack_summary(text: str | None) -> RecordSummary | None:
    """A record's summary; None where the record was not read."""
    return None if text is None else RecordSummary(*_value(text))


def facts_of(text: str, seal: int | None) -> RunFacts:
    """The facts of a run, from its column and that column's checksum.

    Raises:
        JournalUnreadable: they are damaged.
    """
    try:
        if seal is not None and seal != checksum(text):
            raise ValueError("their checksum is another")
        return facts_from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise JournalUnreadable(f"the journal is damaged: a run's facts can't be read ({e}).") from e


def remembered_of(texts: str, item_ids: str) -> tuple[dict[str, str], dict[str, str]]:
    try:
        return dict(json.loads(texts)), dict(json.loads(item_ids))
    except (ValueError, TypeError) as e:
        raise JournalUnreadable(f"the journal is damaged: what an export remembers can't be read ({e}).") from e


def _warning(packed: dict[str, Any] | str) -> SheetWarning:
    """A warning; of a run of version 0.1 it is a sentence."""
    return SheetWarning("", packed) if isinstance(packed, str) else SheetWarning(**packed)


def facts_from_json(loaded: dict[str, Any]) -> RunFacts:
    """The facts of a run, as the journal and a plan file hold them.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: they are not a run's.
    """
    loaded = {**loaded, "mode": Mode(loaded["mode"]), "options": RunOptions(**loaded["options"])}
    for name in ("headers", "approved_by", "first_left_alone"):
        loaded[name] = tuple(loaded.get(name, ()))
    for name in ("warnings", "remarks"):
        loaded[name] = tuple(map(_warning, loaded.get(name, ())))
    facts = RunFacts(**loaded)
    parts: tuple[RunFacts | RunOptions | SheetWarning, ...] = (facts, facts.options, *facts.warnings, *facts.remarks)
    for part in parts:
        for field in fields(part):
            if field.type in (str, bool, int) and type(getattr(part, field.name)) is not field.type:
                raise TypeError(field.name)
    names, verified = facts.options.names, facts.options.verified
    texts = (*facts.headers, *facts.approved_by, *facts.first_left_alone)
    words = (*texts, *names, *names.values(), *verified, *verified.values())
    if not all(isinstance(text, str) for text in words):
        raise TypeError("a header, a name or an approver")
    if not isinstance(facts.options.constants, dict) or type(facts.options.max_changes) not in (int, type(None)):
        raise TypeError("options")
    return facts


def run_state_of(text: str) -> RunState:
    try:
        return RunState(text)
    except ValueError as e:
        raise JournalUnreadable(f"the journal is damaged: {e}.") from e


def by_status(counts: str, facts: RunFacts, live: bool) -> tuple[dict[Status, int], int]:
    """Rows by status, from rows by state, and how many of them are in doubt."""
    rows = dict.fromkeys(Status, 0)
    try:
        states = json.loads(counts)
        for state, count in states.items():
            rows[status_as_of_now(state_of(state), facts.dry_run, live)] += count
        in_doubt = 0 if live else int(states.get(Stage.SENDING, 0))
    except (ValueError, TypeError, AttributeError) as e:
        raise JournalUnreadable(f"the journal is damaged: the rows of {facts.id} can't be counted ({e}).") from e
    return rows, in_doubt


def _special(text: str) -> dict[int, Cell]:
    return {} if text == "{}" else {int(position): Cell(**cell) for position, cell in _value(text).items()}


class StoredRow(RowRecord):
    """A row whose cells and edits are unpacked when somebody asks for them: a plan needs no cells, and the workbook
    hardly any edits. To unpack both each time took a twentieth of the time of a preview.
    """

    packed: tuple[str, str, str]  # the run, and the JSON of the cells and of the edits

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The texts of the row.

        Raises:
            JournalUnreadable: they are damaged.
        """
        return tuple(self._part(self.packed[1]))

    @cached_property
    def edits(self) -> ReadOnlyMapping[str, Any]:
        """What the row asks for.

        Raises:
            JournalUnreadable: it is damaged.
        """
        edits: ReadOnlyMapping[str, Any] = self._part(self.packed[2])
        return edits

    def _part(self, text: str) -> Any:
        try:
            return _value(text)
        except (ValueError, TypeError) as e:
            raise _damaged(self.packed[0], e) from e


def row_of(run: str, values: tuple[Any, ...], dry_run: bool, live: bool = False) -> RowRecord:
    """A row, from the values of COLUMNS.

    Raises:
        JournalUnreadable: they are not a row's.
    """
    try:
        return _row_record(run, values, dry_run, live)
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise _damaged(run, e) from e


def _damaged(run: str, e: Exception) -> JournalUnreadable:
    return JournalUnreadable(f"the journal is damaged: a row of the run {run} can't be read ({e}).")


def _row_record(run: str, values: tuple[Any, ...], dry_run: bool, live: bool) -> RowRecord:
    n, number, record_id, cells, cell_meta, state_, message, edits, witnesses, *others = values
    present, expected, changes, before, after, http_status, attempts, sent_at, seal = others
    if seal is not None and seal != checksum(record_id, cells, edits, witnesses, expected, changes):
        raise ValueError("its checksum is another")
    state = state_of(state_)
    row = StoredRow.__new__(StoredRow)
    row.__dict__.update(  # a frozen dataclass sets its fields one by one, in five times the time
        n=n,
        row=number,
        record_id=record_id,
        packed=(run, cells, edits),
        cell_meta=_special(cell_meta),
        state=state,
        status=status_as_of_now(state, dry_run, live),
        message=message or _in_doubt(run, state, live),
        context=_context(witnesses),
        present={} if present == "{}" else _value(present),  # of a conflict alone
        expected=unpack_changes(expected),
        changes=unpack_changes(changes),
        before=unpack_summary(before),
        after=unpack_summary(after),
        http_status=http_status,
        attempts=attempts,
        sent_at=sent_at,
        exported=None,
        item_ids={},
    )
    if seal is None:  # of an older version: nothing else tells that they are as they were written
        _ = row.cells, row.edits
    return row


def status_as_of_now(state: State, dry_run: bool, live: bool) -> Status:
    """A row's status. While its run is still in progress, a row whose request is on its way has not failed."""
    return Status.NOT_SENT if live and state is Stage.SENDING else status_of(state, dry_run)


def _in_doubt(run: str, state: State, live: bool) -> str:
    if state is not Stage.SENDING:
        return ""
    return ON_ITS_WAY if live else IN_DOUBT.format(run=run)


def _context(text: str) -> EditContext:
    return _NO_CONTEXT if text == "{}" else EditContext(**_value(text))
