"""The journal's file: its tables, their version, and how it is opened."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sync.errors import CannotStart

VERSION = 2

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
    record_id INTEGER,
    cells       TEXT NOT NULL,              -- the input's texts, as they were
    cell_meta     TEXT NOT NULL DEFAULT '{}', -- column: sync.model.Cell
    edits       TEXT NOT NULL DEFAULT '{}', -- target: value
    expected      TEXT NOT NULL DEFAULT '[]', -- the changes that an apply or an undo is held to, as in `changes`
    state       TEXT NOT NULL,
    message     TEXT NOT NULL DEFAULT '',
    changes     TEXT NOT NULL DEFAULT '[]', -- [field, before, after] or [field, before, after, contact's id],
                                            -- [field, after] where the record has no such field
    before      TEXT,                       -- sync.model.RecordSummary of the record as read
    after       TEXT,                       -- sync.model.RecordSummary of the API's answer
    http_status INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    sent_at     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX rows_of_customer ON rows (run, record_id);

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

# What brings a journal from the version named to the next one.
MIGRATIONS = {
    1: (
        "ALTER TABLE rows RENAME COLUMN customer_id TO record_id",
        "ALTER TABLE rows RENAME COLUMN special TO cell_meta",
        "ALTER TABLE rows RENAME COLUMN wanted TO expected",
    ),
}


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal for writing; make it where there is none.

    Raises:
        CannotStart: it can't be opened, or is of a newer version.
    """
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
    statements = SCHEMA.split(";\n") if version == 0 else [s for n in range(version, VERSION) for s in MIGRATIONS[n]]
    for statement in statements:
        db.execute(statement)
    if version < VERSION:
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.commit()
    if version > VERSION:
        raise CannotStart(f"the journal {path} was written by a newer campfire-sync. Update this one.")
