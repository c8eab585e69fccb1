"""The journal: every step of every run, on disk before it is acted on.

What a row may become, and by whom:

    read ──► planned ──► sending ──► updated
     │          ▲           │ ▲
     │          │           │ └── sent again, its body built anew
     │          └───────────┘     (or: the API did not look at it)
     └──────────┴───────────┴──► unchanged, invalid, rejected, failed, conflict
    failed ──► read, planned    by `resume`

`sending` is written, with the record before and the body, before the request leaves. A row that is still `sending` when
its process has gone is in doubt: `resume` reads the record before anything is said of it.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sync.errors import CannotStart, StoppedEarly
from sync.model import MISSING, Change, Edit, Mode, Problem, Requests, Row, RunFacts, RunState, Seen, State

VERSION = 1

SCHEMA = """
-- A run: one file of edits taken to one base URL. `facts` is sync.model.RunFacts.
CREATE TABLE runs (
    id         TEXT PRIMARY KEY,
    mode       TEXT NOT NULL,
    state      TEXT NOT NULL,
    base_url   TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT NOT NULL DEFAULT '',
    facts      TEXT NOT NULL,
    results    TEXT NOT NULL DEFAULT '',  -- where the workbook was last written
    because    TEXT NOT NULL DEFAULT ''   -- why the run stopped early
) STRICT;

-- A process that worked on a run: the first, and one for each resume. Requests are counted here.
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    run        TEXT NOT NULL REFERENCES runs (id),
    started_at TEXT NOT NULL,
    requests   TEXT NOT NULL DEFAULT '{}'  -- sync.model.Requests
) STRICT;

-- A row of the input, in its order (n, from 0).
CREATE TABLE rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    n           INTEGER NOT NULL,
    row         INTEGER NOT NULL,           -- the sheet's own number
    customer_id INTEGER,
    cells       TEXT NOT NULL,              -- the input's texts, as they were
    special     TEXT NOT NULL DEFAULT '{}', -- column: sync.model.Cell
    edits       TEXT NOT NULL DEFAULT '{}', -- target: value
    wanted      TEXT NOT NULL DEFAULT '[]', -- the changes that an apply or an undo is held to, as in `changes`
    state       TEXT NOT NULL,
    message     TEXT NOT NULL DEFAULT '',
    changes     TEXT NOT NULL DEFAULT '[]', -- [field, before, after] or [field, before, after, contact's id],
                                            -- [field, after] where the record has no such field
    before      TEXT,                       -- sync.model.Seen of the record as read
    after       TEXT,                       -- sync.model.Seen of the API's answer
    http_status INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    sent_at     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_of_customer ON rows (run, customer_id);

-- What is wrong with a row.
CREATE TABLE problems (
    run     TEXT NOT NULL,
    n       INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    col     TEXT NOT NULL,
    value   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    problem TEXT NOT NULL,
    remedy  TEXT NOT NULL
) STRICT;
CREATE INDEX problems_of ON problems (run, n);

-- A PUT that is about to be sent: the whole record as it was read, and the body.
CREATE TABLE intents (
    run    TEXT NOT NULL,
    n      INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    at     TEXT NOT NULL,
    before TEXT NOT NULL,  -- JSON; null with --no-read
    body   TEXT NOT NULL,
    PRIMARY KEY (run, n, seq)
) STRICT, WITHOUT ROWID;

-- What came of a request that was sent for a row: every PUT, and every GET that failed.
CREATE TABLE attempts (
    run         TEXT NOT NULL,
    n           INTEGER NOT NULL,
    at          TEXT NOT NULL,
    method      TEXT NOT NULL,
    http_status INTEGER,          -- none where no answer came
    outcome     TEXT NOT NULL,    -- sync.client.Outcome
    answer      TEXT NOT NULL     -- the body as it came, or what went wrong
) STRICT;
CREATE INDEX attempts_of ON attempts (run, n);
"""

_ENDS = {State.UNCHANGED, State.INVALID, State.REJECTED, State.FAILED, State.CONFLICT}
MOVES: Mapping[State, set[State]] = {
    State.READ: {State.PLANNED, *_ENDS},
    State.PLANNED: {State.SENDING, State.UPDATED, *_ENDS},
    State.SENDING: {State.SENDING, State.PLANNED, State.UPDATED, *_ENDS},
    State.FAILED: {State.READ, State.PLANNED},
}


class JournalFailed(StoppedEarly):
    """The journal could not be written: a full disk, a directory that is not ours. Nothing is sent after that."""


class IllegalMove(AssertionError):
    """A row was to become what it can't become: a fault of this program, and no reason to send anything more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the journal, to be committed with others or alone."""

    sql: str
    values: tuple[Any, ...]
    moves: bool = False  # it must find the row in a state from which the move is legal


@dataclass(slots=True)
class _Work:
    steps: tuple[Step, ...]
    done: bool = False
    error: Exception | None = None


def now() -> str:
    """The time as the journal has it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """A JSON value as the journal stores it. Decimals are exact texts."""
    return json.dumps(value, ensure_ascii=False, default=str)


def pack_changes(changes: Iterable[Change]) -> str:
    """Changes as the journal stores them."""
    return dumps([_packed(change) for change in changes])


def _packed(change: Change) -> list[Any]:
    if change.before is MISSING:
        return [change.field, change.after]
    known = [change.field, change.before, change.after]
    return known if change.contact is None else [*known, change.contact]


def pack_seen(seen: Seen | None) -> str | None:
    """What was seen of a record, as the journal stores it."""
    if seen is None:
        return None
    return dumps([seen.name, seen.totals, seen.currency, seen.contracts, seen.last_modified_at])


_SOURCES = {state: tuple(s for s, targets in MOVES.items() if state in targets) for state in State}


def move(run: str, n: int, state: State, message: str = "", **columns: Any) -> Step:
    """A row becomes something else. `columns` are further columns of `rows` to set.

    Committing it raises IllegalMove where `MOVES` does not allow it.
    """
    sources = _SOURCES[state]
    names = "".join(f", {name} = ?" for name in columns)
    marks = ", ".join("?" * len(sources))
    sql = f"UPDATE rows SET state = ?, message = ?{names} WHERE run = ? AND n = ? AND state IN ({marks})"
    return Step(sql, (state, message, *columns.values(), run, n, *sources), moves=True)


def intent(run: str, n: int, before: str, body: str) -> Step:
    """A PUT is about to be sent. `before` and `body` are JSON."""
    sql = (
        "INSERT INTO intents (run, n, seq, at, before, body) VALUES (?, ?, "
        "(SELECT COUNT(*) FROM intents WHERE run = ? AND n = ?), ?, ?, ?)"
    )
    return Step(sql, (run, n, run, n, now(), before, body))


def attempt(run: str, n: int, method: str, http_status: int | None, outcome: str, answer: str) -> Step:
    """What came of a request."""
    sql = "INSERT INTO attempts (run, n, at, method, http_status, outcome, answer) VALUES (?, ?, ?, ?, ?, ?, ?)"
    return Step(sql, (run, n, now(), method, http_status, outcome, answer))


def problem(run: str, n: int, found: Problem) -> Step:
    """Something is wrong with a row."""
    sql = "INSERT INTO problems (run, n, row, col, value, kind, problem, remedy) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    values = (found.row, found.column, found.value, found.kind, found.problem, found.remedy)
    return Step(sql, (run, n, *values))


def row(run: str, n: int, seen: Row, edit: Edit | None, customer_id: int | None, message: str = "") -> Step:
    """A row of the input. `edit` is what it asks for; without one it is invalid, and `message` says why."""
    special = {place: asdict(cell) for place, cell in seen.special.items()}
    edits = {str(target): value for target, value in edit.values.items()} if edit else {}
    state = State.INVALID if edit is None else State.READ
    sql = (
        "INSERT INTO rows (run, n, row, customer_id, cells, special, edits, state, message) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    return Step(
        sql, (run, n, seen.number, customer_id, dumps(seen.cells), dumps(special), dumps(edits), state, message)
    )


def carried(run: str, parent: str, n: int, state: State, wanted: Iterable[Change] = ()) -> Step:
    """A row that a run takes over from an earlier one. `wanted` are the changes that it is held to.

    What has been said and seen of the row comes along, what was answered does not.
    """
    sql = (
        "INSERT INTO rows (run, n, row, customer_id, cells, special, edits, before, http_status, message, state, "
        "wanted, changes) SELECT ?, n, row, customer_id, cells, special, edits, before, http_status, message, ?, ?, ? "
        "FROM rows WHERE run = ? AND n = ?"
    )
    packed = pack_changes(wanted)
    return Step(sql, (run, state, packed, packed, parent, n))


def carried_problems(run: str, parent: str) -> Step:
    """What is wrong with the rows of an earlier run is wrong with them still."""
    sql = (
        "INSERT INTO problems (run, n, row, col, value, kind, problem, remedy) "
        "SELECT ?, n, row, col, value, kind, problem, remedy FROM problems WHERE run = ? ORDER BY n, rowid"
    )
    return Step(sql, (run, parent))


def once_more(run: str) -> Step:
    """The rows that were given up are to be tried again: from the plan, or where there is none from the reading.

    A row that an apply has from its preview without a change was never looked at; it stays as it is.
    """
    sql = (
        "UPDATE rows SET message = '', state = CASE WHEN attempts > 0 OR changes <> '[]' THEN ? ELSE ? END "
        "WHERE run = ? AND state = ? AND (wanted <> '[]' OR run IN (SELECT id FROM runs WHERE mode IN (?, ?)))"
    )
    return Step(sql, (State.PLANNED, State.READ, run, State.FAILED, Mode.RUN, Mode.PREVIEW))


class Journal:
    """The journal of a state directory: SQLite, readable by its owner alone, never holding the key.

    Any number of threads may commit; those that come while another's commit is on its way share the next one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = _connect(path)
        self._queue: list[_Work] = []
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()

    def commit(self, steps: Iterable[Step]) -> None:
        """Put these steps on disk, all or none. When it returns they are there.

        Raises:
            JournalFailed: the disk is full, or the file can't be written.
            IllegalMove: a row can't become what a step says.
        """
        work = _Work(tuple(steps))
        with self._queue_lock:
            self._queue.append(work)
        with self._commit_lock:
            if not work.done:
                with self._queue_lock:
                    batch, self._queue = self._queue, []
                self._write(batch)
        if work.error:
            raise work.error

    def _write(self, batch: list[_Work]) -> None:
        """One transaction for all that waited. Where it fails it fails for all of them: nobody goes on."""
        error: Exception | None = None
        try:
            with self._db:
                for work in batch:
                    for step in work.steps:
                        found = self._db.execute(step.sql, step.values).rowcount
                        if step.moves and found != 1:
                            raise IllegalMove(f"illegal move in the journal: {step.values!r}")
        except sqlite3.Error as e:
            error = JournalFailed(f"the journal {self.path} can't be written ({e}). Nothing more was sent.")
        except IllegalMove as e:
            error = e
        for work in batch:
            work.done, work.error = True, error

    def begin(self, facts: RunFacts, rows: Iterable[Step]) -> None:
        """A run and its rows, in one transaction: a run is in the journal with all its rows or not at all."""
        sql = "INSERT INTO runs (id, mode, state, base_url, started_at, facts) VALUES (?, ?, ?, ?, ?, ?)"
        values = (facts.id, facts.mode, RunState.RUNNING, facts.base_url, facts.started_at, dumps(asdict(facts)))
        try:
            with self._db:
                self._db.execute(sql, values)
                for step in rows:
                    self._db.execute(step.sql, step.values)
        except sqlite3.Error as e:
            raise CannotStart(f"the journal {self.path} can't be written ({e}). Nothing was sent.") from e

    def session(self, run: str) -> int:
        """A process begins to work on a run. Returns its number."""
        with self._db:
            self._db.execute("UPDATE runs SET state = ?, because = '' WHERE id = ?", (RunState.RUNNING, run))
            sql = "INSERT INTO sessions (run, started_at) VALUES (?, ?)"
            return int(self._db.execute(sql, (run, now())).lastrowid or 0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def requests(session: int, so_far: Requests) -> Step:
    """How many requests this session has made so far."""
    return Step("UPDATE sessions SET requests = ? WHERE id = ?", (dumps(asdict(so_far)), session))


def ended(run: str, state: RunState, because: str = "") -> Step:
    """A process is done with a run."""
    return Step("UPDATE runs SET state = ?, ended_at = ?, because = ? WHERE id = ?", (state, now(), because, run))


def results(run: str, path: Path) -> Step:
    """The run's workbook has been written."""
    return Step("UPDATE runs SET results = ? WHERE id = ?", (str(path), run))


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(path, timeout=30, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # a commit is on disk when it returns, power cut or not
        _prepare(db, path)
    except (sqlite3.Error, OSError) as e:
        raise CannotStart(f"the journal {path} can't be opened ({e}). Choose another place with --state-dir.") from e
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")  # two first runs at once: one makes the tables
    with closing(db.execute("PRAGMA user_version")) as cursor:
        version = cursor.fetchone()[0]
    if version == 0:
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.commit()
    if version > VERSION:
        raise CannotStart(f"the journal {path} was written by a newer campfire-sync. Update this one.")
