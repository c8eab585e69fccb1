"""A run and its rows, as the journal has them."""

from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from sync.model.edits import Change, Edit, EditContext
from sync.model.sheet import Cell, SheetWarning
from sync.status import State, Status
from sync.text import visible_value


class Mode(StrEnum):
    """What a run is for."""

    CHECK = "check"
    PREVIEW = "preview"
    RUN = "run"
    APPLY = "apply"
    RESUME = "resume"
    UNDO = "undo"


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"  # or killed: the lock tells
    STOPPED = "stopped"  # early; `resume` goes on
    COMPLETE = "complete"
    HELD_BACK = "held back"  # by --strict, --max-changes or a "no" at the question; nothing was sent


class RecordSummary(NamedTuple):
    """What the results say of a customer's record: read before the change, or answered after it.

    Anything may be missing (None): the API does not always return what its page lists. The journal stores the fields in
    this order, so a new one goes to the end.
    """

    name: str | None = None
    totals: ReadOnlyMapping[str, str] = {}  # total field: exact decimal
    currency: str | None = None
    counts: ReadOnlyMapping[str, int] = {}  # count field: how many
    last_modified_at: str | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What was asked of a run, and what `resume`, `apply` and `undo` need to go on in the same way."""

    id_header: str = ""
    names: ReadOnlyMapping[str, str] = field(default_factory=dict)  # target, or `id`: the sheet's header for it
    verified: ReadOnlyMapping[str, str] = field(default_factory=dict)  # field: the sheet's header that verifies it
    constants: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # of the mapping, as they go into the body
    no_read: bool = False
    strict: bool = False
    max_changes: int | None = None
    match: str = ""  # the field whose text tells which record a row means; empty where the sheet has the ids
    accept: tuple[str, ...] = ()  # kinds of warnings that are meant
    sheet: str = ""  # which was named with --sheet; empty where nobody named one


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is true of a run as a whole, known at its start."""

    id: str
    mode: Mode
    started_at: str  # ISO 8601, UTC
    file: str
    file_sha256: str
    sheet: str
    mapping: str
    mapping_sha256: str
    base_url: str
    version: str
    headers: tuple[str, ...]
    resource: str = "customers"  # what `sync.contract.load` finds it by
    resource_text: str = ""  # of a resource with a file of its own: the file's text, so that the run needs it no more
    hidden_rows: int = 0
    warnings: tuple[SheetWarning, ...] = ()
    parent: str = ""  # the preview that is applied, the run that is undone
    parent_mode: str = ""  # its mode; empty in runs of a version that did not write it down
    dry_run: bool = False  # nothing is to be sent: a preview, or a look at what an undo would do
    by: str = ""  # who began it: user@host
    reason: str = ""  # why, in that person's words
    approved_by: tuple[str, ...] = ()  # the principals who signed the plan that is applied
    plan_sha256: str = ""  # of the plan file that is applied
    previewed_by: str = ""  # who made the preview that is applied
    original_sha256: str = ""  # of the file that this one is a corrected copy of
    corrections: str = ""  # what was corrected in the copy, in words
    left_alone: int = 0  # cells that others have changed in Campfire since the export, and the person has not
    first_left_alone: tuple[str, ...] = ()  # the first few of them, in words
    remarks: tuple[SheetWarning, ...] = ()  # worth knowing, and no reason to hold anything back
    options: RunOptions = field(default_factory=RunOptions)

    def word(self, status: Status) -> str:
        """A status in the words of this kind of run: an undo puts back what another run has updated."""
        line = status.facts
        return {Mode.UNDO: line.undo_word, Mode.CHECK: line.check_word}.get(self.mode) or line.word

    def said(self, warning: SheetWarning) -> str:
        """A warning for a terminal. What an apply sends was accepted, or was not, when its preview was made."""
        return warning.with_rows if self.mode is Mode.APPLY else warning.with_place

    @property
    def file_name(self) -> str:
        """The name of its sheet, as it may be printed."""
        return visible_value(Path(self.file).name)

    @property
    def undone(self) -> str:
        """Of an undo: what it puts back, such as `run 20261120-090000-aaaa`."""
        return f"{'undo' if self.parent_mode == Mode.UNDO else 'run'} {self.parent}"


class Requests(NamedTuple):
    """What was asked of the API."""

    get: int = 0
    put: int = 0  # every attempt
    retries: int = 0  # attempts after a request's first
    throttled: int = 0  # answers of 429
    paused: float = 0.0  # seconds in which nothing was sent because the API asked for a pause

    def plus(self, other: "Requests") -> "Requests":
        """The requests of two processes."""
        return Requests(
            self.get + other.get,
            self.put + other.put,
            self.retries + other.retries,
            self.throttled + other.throttled,
            self.paused + other.paused,
        )


@dataclass(frozen=True)
class RowRecord:
    """A row of a run, as the journal has it."""

    n: int  # the row's place in the input, from 0
    row: int  # the sheet's own number
    record_id: int | None
    cells: tuple[str, ...]
    cell_meta: ReadOnlyMapping[int, Cell]
    state: State
    status: Status
    message: str
    edits: ReadOnlyMapping[str, Any]  # target: value
    context: EditContext
    # Of a conflict: what the record held for each edit, by target; `contacts[1]`: the id of that item; see REPLACED.
    present: ReadOnlyMapping[str, Any]
    expected: tuple[Change, ...]  # what an undo is held to: the changes of its run
    changes: tuple[Change, ...]
    before: RecordSummary | None
    after: RecordSummary | None
    http_status: int | None
    attempts: int  # PUTs; for a row that could not be read, GETs
    sent_at: str  # ISO 8601, UTC; empty if nothing was sent
    exported: ReadOnlyMapping[str, str] | None = None  # header: text, as the workbook remembers; see rows_with_memory
    item_ids: ReadOnlyMapping[str, str] = field(default_factory=dict)  # `contacts[1]`: the API's id, as remembered

    @property
    def edit(self) -> Edit:
        """What the row asks for."""
        return Edit.of(self.row, self.record_id, self.edits, self.context)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run, as the journal has it."""

    facts: RunFacts
    state: RunState
    ended_at: str
    requests: Requests
    counts: ReadOnlyMapping[Status, int]
    results: str = ""  # where its workbook was last written
    results_sha256: str = ""  # of that workbook, as it was written
    stopped_because: str = ""
    forgotten: str = ""  # when its personal data was removed; ISO 8601, UTC
    in_doubt: int = 0  # rows among the failed ones whose request was on its way when the process was killed
