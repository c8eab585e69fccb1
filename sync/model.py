"""The values that pass between the stages.

Frozen, standard library only, and no behaviour beyond what a value knows about itself: a stage takes some of these and
returns others, so that the stages need not know each other.
"""

import re
from collections.abc import Mapping as ReadOnlyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from sync.status import State, Status

# A JSON object as the API gives it. Numbers with a point are Decimal, never float.
Record = dict[str, Any]


_TARGET = re.compile(r"([A-Za-z_0-9]+)(?:\[([1-9][0-9]{0,3})\]\.([A-Za-z_0-9]+))?")


# The headers with which our own sheet “To fix” begins. They are for the person; the reader of sheets ignores them.
ADVICE_HEADERS = ("What is wrong", "What to do")


class Mode(StrEnum):
    """What a run is for."""

    CHECK = "check"
    PREVIEW = "preview"
    RUN = "run"
    APPLY = "apply"
    RESUME = "resume"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row or one of its cells, in the words of somebody who knows Excel."""

    row: int  # the sheet's own row number
    column: str  # the sheet's own header; empty where the row as a whole is meant
    value: str  # as the person sees it
    kind: str  # a name in sync.problems
    problem: str
    remedy: str
    sensitive: tuple[str, ...] = ()  # texts in it that are not to be printed: tax numbers

    @property
    def message(self) -> str:
        """What is said of it where the row is known."""
        text = f"{self.problem} {self.remedy}"
        return f"{self.column}: {text}" if self.column else text[:1].upper() + text[1:]

    def __str__(self) -> str:
        where = f"row {self.row}, {self.column}" if self.column else f"row {self.row}"
        return f"{where}: {self.problem} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of which the text that a person sees does not tell everything.

    Most cells are plain text and have none of these.
    """

    number: str = ""  # a number cell's stored number in plain digits ("1234.5"), where the text shows it otherwise
    number_format: str = ""  # that cell's format code ("#,##0")
    kind: str = ""  # a name in sync.problems, where the cell cannot be read reliably
    detail: str = ""  # what that problem's text needs to know
    is_date: bool = False  # a number cell that shows a date or a time
    struck_through: bool = False  # wholly or partly; of a row in the journal, where a Row has a list of its own


_NOTHING: ReadOnlyMapping[int, Cell] = MappingProxyType({})


class Row(NamedTuple):
    """A row of the sheet: a text for each header, as the person sees it, outer blanks and all.

    Positions are those in `cells`, in ascending order. A tuple, since a sheet has up to a million of them.
    """

    number: int  # the sheet's own
    cells: tuple[str, ...]
    cell_meta: ReadOnlyMapping[int, Cell] = _NOTHING  # by position
    problems: tuple[tuple[str, str], ...] = ()  # of the row as a whole: (kind, detail)
    numbers: tuple[int, ...] = ()  # positions of number cells whose format shows neither leading zeros nor a date
    struck_through: tuple[int, ...] = ()  # positions of filled cells that are struck through, wholly or partly


@dataclass(frozen=True, slots=True)
class SheetWarning:
    """Something in the sheet that is doubtful and perhaps meant: a person should look at it before it is sent."""

    kind: str  # `hidden_rows`, `unmapped_column` …: the words of `--accept`
    message: str  # a whole sentence, for somebody who knows Excel
    column: str = ""  # the sheet's own header, where it concerns one column
    rows: int = 0  # how many rows it concerns
    first_row: int = 0  # the first of them, by the sheet's own number; 0 where no row is meant

    def __str__(self) -> str:
        return self.message

    @property
    def with_rows(self) -> str:
        """The message as a sentence, and the rows that it concerns."""
        text = self.message[:1].upper() + self.message[1:]
        rows = ""
        if self.first_row and self.rows <= 1:
            rows = f" Row {self.first_row}."
        elif self.first_row:
            rows = f" {self.rows:,} rows, the first is row {self.first_row}."
        return f"{text}{rows}"

    @property
    def with_place(self) -> str:
        """The same, and how to accept it, for a terminal."""
        return f"{self.with_rows} (If it is meant: --accept {self.kind})"


# By header a text, None where the cell could not show what the record held; then by item its id or None.
RememberedRow = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ExportMemory:
    """What an exported workbook remembers: the cells as they were exported, by the id of the record."""

    headers: tuple[str, ...]  # as exported, without the id's
    items: tuple[str, ...]  # what of a nested list was exported: `contacts[1]`
    rows: ReadOnlyMapping[str, RememberedRow]  # by id, in digits; by the text of the field `key`, where that is given
    key: str = ""  # the field that the id column held instead of the id: `match` of the mapping

    def texts(self, record_id: int | str) -> ReadOnlyMapping[str, str] | None:
        """The exported text under each header; None for a record that was not exported.

        A header is missing where the cell could not show what the record held: nothing is known of that cell.
        """
        row = self.rows.get(str(record_id))
        if row is None:
            return None
        return {header: text for header, text in zip(self.headers, row, strict=False) if text is not None}

    def item_ids(self, record_id: int | str) -> ReadOnlyMapping[str, str]:
        """The API's id of each exported item: {"contacts[1]": "55"}. Items that the record did not have are missing."""
        row = self.rows.get(str(record_id), ())
        return {item: text for item, text in zip(self.items, row[len(self.headers) :], strict=False) if text}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person sees on opening the file."""

    path: Path
    name: str  # the sheet's; empty for a CSV
    headers: tuple[str, ...]  # as they stand in the sheet; empty text over data that has none
    header_row: int
    rows: Sequence[Row]  # a long sheet's lie on disk; each look at them all reads them anew
    hidden_rows: int = 0  # hidden by hand or by a filter; they are in `rows` all the same
    warnings: tuple[SheetWarning, ...] = ()  # those that need no mapping
    sha256: str = ""  # of the very bytes that were read
    encoding: str = ""  # of a text file, as Python names it
    hidden_columns: frozenset[int] = frozenset()  # positions in `headers`
    memory: ExportMemory | None = None  # of an exported workbook


@dataclass(frozen=True, slots=True)
class Target:
    """The API field that a column is for: `terms`, or the email of the record's first contact (index 1)."""

    field: str
    index: int = 0  # 0: not a contact's
    item: str = ""

    def __str__(self) -> str:
        return f"{self.field}[{self.index}].{self.item}" if self.index else self.field

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> "Target | None":
        """The field that this text names; None if it has another form."""
        match = _TARGET.fullmatch(text)
        if match is None:
            return None
        name, index, item = match.groups()
        return cls(name, int(index), item) if index else cls(name)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a row asks for: these fields of this record, set to these values. Fields not named stay as they are."""

    row: int  # the sheet's own number
    record_id: int | None  # None where the record is still to be looked up by `match`
    values: ReadOnlyMapping[Target, Any]  # JSON values; None empties the field
    match: str = ""  # the text that tells which record is meant, where the mapping names a field for that
    exported: ReadOnlyMapping[Target, Any] = field(default_factory=dict)  # the value when the sheet was exported
    items: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # `contacts[1]`: the id of that item when the sheet
    # was exported; an item that is missing here did not exist then
    verify: ReadOnlyMapping[str, str] = field(default_factory=dict)  # field: the text that the record must hold now


class ChangeKind(StrEnum):
    """How a change comes about."""

    EDIT = "edit"  # of a field of the record, or of an item of its list, which is known by its id
    NEW_ITEM = "new item"  # part of an item that is appended to the list; its id is known once the API has given one
    REMOVED_ITEM = "removed item"  # part of an item that is taken out of the list
    CONSTANT = "constant"  # made by the mapping's constants, beside the row's edits


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, before and after."""

    field: str  # a Target's text: `terms`, `contacts[1].email`
    before: Any  # MISSING where the record does not have the field
    after: Any
    item_id: Any = None  # the API's id of the list item that is changed
    kind: ChangeKind = ChangeKind.EDIT

    @property
    def target(self) -> Target:
        """The field that is changed."""
        target = Target.parse(self.field)
        assert target is not None
        return target


class Missing:
    """The value of a field that a record does not have. Not null: null is a value."""

    def __repr__(self) -> str:
        return "(not in the record)"


# In what is present at a conflict: the items in whose place there is another one than the person meant. Each with the
# same facts of that one: {"contacts[1]": {"contacts[1]": 22, "contacts[1].email": "somebody.else@example.com"}}.
REPLACED = "replaced"

MISSING = Missing()
ABSENT = {"not": "in the record"}  # MISSING as JSON; no field that a column is for has such a value


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"  # or killed: the lock tells
    STOPPED = "stopped"  # early; `resume` goes on
    COMPLETE = "complete"
    HELD_BACK = "held back"  # by --strict, --max-changes or a "no" at the question; nothing was sent


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What the results say of a customer's record: read before the change, or answered after it.

    Anything may be missing (None): the API does not always return what its page lists.
    """

    name: str | None = None
    totals: ReadOnlyMapping[str, str] = field(default_factory=dict)  # total field: exact decimal
    currency: str | None = None
    counts: ReadOnlyMapping[str, int] = field(default_factory=dict)  # count field: how many
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
    dry_run: bool = False  # nothing is to be sent: a preview, or a look at what an undo would do
    by: str = ""  # who began it: user@host
    reason: str = ""  # why, in that person's words
    approved_by: tuple[str, ...] = ()  # the principals who signed the plan that is applied
    plan_sha256: str = ""  # of the plan file that is applied
    previewed_by: str = ""  # who made the preview that is applied
    original_sha256: str = ""  # of the file that this one is a corrected copy of
    corrections: str = ""  # what was corrected in the copy, in words
    left_alone: int = 0  # cells that others have changed in Campfire since the export, and the person has not
    remarks: tuple[SheetWarning, ...] = ()  # found on planning: worth knowing, and no reason to hold anything back
    options: RunOptions = field(default_factory=RunOptions)


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


@dataclass(frozen=True, slots=True)
class EditContext:
    """What an edit is compared with beside the record, as the journal has it; the same fields as of an Edit."""

    exported: ReadOnlyMapping[str, Any] = field(default_factory=dict)  # by the target's text
    items: ReadOnlyMapping[str, Any] = field(default_factory=dict)
    verify: ReadOnlyMapping[str, str] = field(default_factory=dict)
    match: str = ""


@dataclass(frozen=True, slots=True)
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
        values = {target: value for text, value in self.edits.items() if (target := Target.parse(text))}
        known = self.context
        exported = {target: value for text, value in known.exported.items() if (target := Target.parse(text))}
        return Edit(self.row, self.record_id, values, known.match, exported, known.items, known.verify)


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
