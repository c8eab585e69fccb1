"""The lines of the journal: typed values in, columns out. JournalWriter commits them.

What a row may become, and by whom:

    read ──► planned ──► sending ──► updated
     │          ▲           │ ▲
     │          │           │ └── sent again, its body built anew
     │          └───────────┘     (or: the API did not look at it)
     └──────────┴───────────┴──► unchanged, invalid, rejected, failed, conflict, left out
    failed ──► read, planned    by `resume`; so do those rejected rows that a firewall has kept from the API

`sending` is written, with the record before and the body, before the request leaves. A row that is still `sending` when
its process has gone is in doubt: `resume` reads the record before it says what became of the row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sync.journal.tables import checksum
from sync.model import ABSENT, MISSING, Change, Mode, Problem, RecordSummary, Requests, RunFacts, RunState
from sync.status import STATES, STORED, Stage, State, Status
from sync.text import now, whole

_ENDS = {*STORED} - {Status.UPDATED}
MOVES: Mapping[State, set[State]] = {
    Stage.READ: {Stage.READ, Stage.PLANNED, *_ENDS},
    Stage.PLANNED: {Stage.SENDING, Status.UPDATED, *_ENDS},
    Stage.SENDING: {Stage.SENDING, Stage.PLANNED, Status.UPDATED, *_ENDS},
    Status.FAILED: {Stage.READ, Stage.PLANNED},
}

_to_json = json.JSONEncoder(default=str).encode

# The columns that decide what is sent, and to whom. A checksum guards them: SQLite would not notice a bit that flips.
SEALED = ("record_id", "cells", "edits", "witnesses", "expected", "changes")


class Step(NamedTuple):
    """One line of the journal, to be committed with others or alone."""

    sql: str
    values: tuple[Any, ...]
    moves: bool = False  # it must find the row in a state from which the move is legal


def dumps(value: Any) -> str:
    """A JSON value as the journal stores it. Decimals are exact texts; half characters survive as escapes."""
    return _to_json(value)


def pack_changes(changes: Iterable[Change]) -> str:
    """Changes as the journal stores them."""
    return dumps([_packed(change) for change in changes])


def _packed(change: Change) -> list[Any]:
    before = ABSENT if change.before is MISSING else change.before
    return [change.field, before, change.after, change.item_id, change.kind]


def pack_summary(seen: RecordSummary | None) -> str | None:
    """A record's summary, as the journal stores it."""
    return None if seen is None else dumps(seen)


# Plain texts: for each value of another class SQLite's module looks for an adapter, a fifth of the time of a move.
_SOURCES = {state: tuple(s.value for s, targets in MOVES.items() if state in targets) for state in STATES}


def move(run: str, n: int, state: State, message: str = "", **columns: Any) -> Step:
    """A row moves to another state. `columns` are further columns of `rows` to set.

    Committing it raises IllegalMove where `MOVES` does not allow it.
    """
    sql, sealed = _move_sql(state, tuple(columns))
    values = (*columns.values(), *(columns[name] for name in sealed))
    return Step(sql, (state.value, whole(message), *values, run, n, *_SOURCES[state]), moves=True)


@cache
def _move_sql(state: State, columns: tuple[str, ...]) -> tuple[str, list[str]]:
    """The statement of a move, and the columns of which it needs the values once more, for the checksum."""
    names = "".join(f", {name} = ?" for name in columns)
    sealed = [name for name in SEALED if name in columns]
    if sealed:
        names += f", checksum = row_checksum({', '.join('?' if name in sealed else name for name in SEALED)})"
    marks = ", ".join("?" * len(_SOURCES[state]))
    sql = f"UPDATE rows SET state = ?, message = ?{names} WHERE run = ? AND n = ? AND state IN ({marks})"
    return sql, sealed


def decided(
    run: str,
    n: int,
    state: State,
    message: str = "",
    *,
    changes: Iterable[Change] | None = None,
    present: Mapping[str, Any] | None = None,
    before: RecordSummary | None = None,
    after: RecordSummary | None = None,
    http_status: int | None = None,
    attempts: int | None = None,
    sent_at: str | None = None,
    record_id: int | None = None,
) -> Step:
    """A decision about a row. What is None stays as it is.

    Committing it raises IllegalMove where `MOVES` does not allow it.
    """
    columns = {
        "changes": None if changes is None else pack_changes(changes),
        "present": None if present is None else dumps(present),
        "before": pack_summary(before),
        "after": pack_summary(after),
        "http_status": http_status,
        "attempts": attempts,
        "sent_at": sent_at,
        "record_id": record_id,
    }
    return move(run, n, state, message, **{name: value for name, value in columns.items() if value is not None})


def intent(run: str, n: int, before: str, body: str) -> Step:
    """A PUT is about to be sent. `before` and `body` are JSON."""
    sql = (
        "INSERT INTO intents (run, n, seq, at, before, body) VALUES (?, ?, "
        "(SELECT COUNT(*) FROM intents WHERE run = ? AND n = ?), ?, ?, ?)"
    )
    return Step(sql, (run, n, run, n, now(), before, body))


def withdrawn(run: str, n: int) -> Step:
    """The last PUT that was about to be sent did not leave."""
    sql = "DELETE FROM intents WHERE run = ? AND n = ? AND seq = (SELECT MAX(seq) FROM intents WHERE run = ? AND n = ?)"
    return Step(sql, (run, n, run, n))


class Answer(Protocol):
    """The answer to a request, or what went wrong with it: `sync.api.response.Response`."""

    @property
    def method(self) -> str: ...

    @property
    def http_status(self) -> int | None: ...

    @property
    def outcome(self) -> str: ...

    @property
    def may_have_arrived(self) -> bool: ...

    @property
    def text(self) -> str: ...


def attempt(run: str, n: int, answer: Answer) -> Step:
    """What came of a request for a row."""
    return Step(
        "INSERT INTO attempts (run, n, at, method, http_status, outcome, may_have_arrived, answer) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (run, n, now(), answer.method, answer.http_status, answer.outcome, answer.may_have_arrived, answer.text),
    )


def problem(run: str, n: int, of_row: Problem) -> Step:
    """A problem of a row."""
    sql = "INSERT INTO problems (run, n, row, col, value, kind, problem, remedy) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    values = (of_row.row, of_row.column, of_row.value, of_row.kind, of_row.problem, of_row.remedy)
    return Step(sql, (run, n, *values))


def carried(run: str, parent: str, n: int, state: State, expected: Iterable[Change] = ()) -> Step:
    """A row that a run takes over from an earlier one. `expected` are the changes that it is held to.

    The record's summary comes along, and for a row that is held to nothing what was said of it; the answer to an
    update does not.
    """
    sql = (
        "INSERT INTO rows (run, n, row, record_id, cells, cell_meta, edits, witnesses, present, before, http_status, "
        "message, state, expected, changes, checksum) "
        "SELECT ?, n, row, record_id, cells, cell_meta, edits, witnesses, present, before, IIF(?, NULL, http_status), "
        "IIF(?, '', message), ?, ?, ?, row_checksum(record_id, cells, edits, witnesses, ?, ?) "
        "FROM rows WHERE run = ? AND n = ?"
    )
    held = pack_changes(expected)
    begins_anew = held != "[]"
    return Step(sql, (run, begins_anew, begins_anew, state, held, held, held, held, parent, n))


def carried_problems(run: str, parent: str) -> Step:
    """The problems of the rows that a run takes over."""
    sql = (
        "INSERT INTO problems (run, n, row, col, value, kind, problem, remedy) "
        "SELECT ?, n, row, col, value, kind, problem, remedy FROM problems WHERE run = ? ORDER BY n, rowid"
    )
    return Step(sql, (run, parent))


def remembered(run: str, n: int, texts: Mapping[str, str], item_ids: Mapping[str, str]) -> Step:
    """What the exported workbook remembers of a row: header: text as exported, and item: the API's id."""
    sql = "INSERT INTO memory (run, n, texts, item_ids) VALUES (?, ?, ?, ?)"
    return Step(sql, (run, n, dumps(texts), dumps(item_ids)))


def carried_memory(run: str, parent: str) -> Step:
    """What is remembered of the rows of an earlier run, for those that this run has."""
    sql = (
        "INSERT INTO memory (run, n, texts, item_ids) SELECT rows.run, memory.n, texts, item_ids FROM memory "
        "JOIN rows ON rows.run = ? AND rows.n = memory.n WHERE memory.run = ?"
    )
    return Step(sql, (run, parent))


def once_more(run: str) -> Step:
    """Try the failed rows again: from their plan, or from the reading where they were never planned.

    So are the rows that were refused in front of the API, which has not seen them. A row that an apply has from its
    preview without a change was never looked at; it stays as it is.
    """
    last = "SELECT outcome FROM attempts WHERE run = rows.run AND n = rows.n ORDER BY rowid DESC LIMIT 1"
    sql = (
        "UPDATE rows SET message = '', state = CASE WHEN attempts > 0 OR changes <> '[]' THEN ? ELSE ? END "
        f"WHERE run = ? AND (state = ? OR (state = ? AND http_status = 403 AND ({last}) = 'blocked')) "
        "AND (expected <> '[]' OR run IN (SELECT id FROM runs WHERE mode IN (?, ?)))"
    )
    states = (Status.FAILED, Status.REJECTED)
    return Step(sql, (Stage.PLANNED, Stage.READ, run, *states, Mode.RUN, Mode.PREVIEW))


def requests(session: int, so_far: Requests) -> Step:
    """How many requests this session has made so far."""
    return Step("UPDATE sessions SET requests = ? WHERE id = ?", (dumps(so_far._asdict()), session))


def ended(run: str, state: RunState, because: str = "") -> Step:
    """A process is done with a run. Its rows are counted here, so that a list of runs need not count them again."""
    counts = (
        "(SELECT json_group_object(state, rows) FROM "
        "(SELECT state, COUNT(*) AS rows FROM rows WHERE run = runs.id GROUP BY state))"
    )
    sql = f"UPDATE runs SET state = ?, ended_at = ?, because = ?, counts = {counts} WHERE id = ?"
    return Step(sql, (state, now(), whole(because), run))


def facts(facts: RunFacts) -> Step:
    """More is known of a run than when it began."""
    text = dumps(asdict(facts))
    return Step("UPDATE runs SET facts = ?, checksum = ? WHERE id = ?", (text, checksum(text), facts.id))


def file(run: str, path: Path) -> Step:
    """A file holds what the run holds: `forget` names it."""
    return Step("INSERT OR IGNORE INTO files (run, path) VALUES (?, ?)", (run, whole(str(path.absolute()))))


def results(run: str, path: Path, sha256: str) -> Step:
    """The run's workbook has been written, with this content."""
    sql = "UPDATE runs SET results = ?, results_sha256 = ? WHERE id = ?"
    return Step(sql, (whole(str(path)), sha256, run))  # SQLite stores UTF-8 alone
