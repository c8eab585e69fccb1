"""The journal's tables and their version.

A change of the tables is a new version: one more step in MIGRATIONS, and tests/journal/test_migrations.py takes a
journal of every older version through it. A journal that was begun with another layout of the same columns keeps it:
no statement depends on it. Order is the order of insertion (rowid), never the clock's.
"""

import json
import zlib

VERSION = 8

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
    results_sha256 TEXT NOT NULL DEFAULT '',  -- of that workbook, as it was written
    because    TEXT NOT NULL DEFAULT '',  -- why the run stopped early
    counts     TEXT NOT NULL DEFAULT '',  -- state: rows, as JSON, when the run last ended; empty until then
    forgotten  TEXT NOT NULL DEFAULT '',  -- when its personal data was removed
    checksum   INTEGER                    -- of `facts`; null in a run of an older version
) STRICT;

-- A file outside the journal that holds a run's data: a workbook, a preview's page, a plan. The sheet is in `facts`.
CREATE TABLE files (
    run  TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (run, path)
) STRICT;

-- A process that works on a run: the first, and one for each resume. Requests are counted here.
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    run        TEXT NOT NULL REFERENCES runs (id),
    started_at TEXT NOT NULL,
    requests   TEXT NOT NULL DEFAULT '{}', -- sync.model.Requests
    by         TEXT NOT NULL DEFAULT '',   -- user@host
    reason     TEXT NOT NULL DEFAULT '',   -- as given with --reason
    version    TEXT NOT NULL DEFAULT ''    -- of campfire-sync
) STRICT;

-- A row of the input, in its order (n, from 0). Not WITHOUT ROWID: such a table keeps only a quarter of a page of each
-- row in its tree, so a row of two kB would take another page of its own. Short columns come first: reading them need
-- not follow a row to its end.
CREATE TABLE rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    n           INTEGER NOT NULL,
    row         INTEGER NOT NULL,           -- the sheet's own number
    record_id   INTEGER,
    state       TEXT NOT NULL,
    http_status INTEGER,
    attempts    INTEGER NOT NULL DEFAULT 0,
    sent_at     TEXT NOT NULL DEFAULT '',
    checksum    INTEGER,                    -- of sync.journal.steps.SEALED; null in a row of an older version
    before      TEXT,                       -- sync.model.RecordSummary of the record as read
    after       TEXT,                       -- sync.model.RecordSummary of the API's answer
    cells       TEXT NOT NULL,              -- the input's texts, as they were
    cell_meta   TEXT NOT NULL DEFAULT '{}', -- column: sync.model.Cell
    edits       TEXT NOT NULL DEFAULT '{}', -- target: value
    witnesses   TEXT NOT NULL DEFAULT '{}', -- sync.model.EditContext of the edits
    present     TEXT NOT NULL DEFAULT '{}', -- of a conflict: what the record held for each edit, target: value
    expected    TEXT NOT NULL DEFAULT '[]', -- the changes that an apply or an undo is held to, as in `changes`
    message     TEXT NOT NULL DEFAULT '',
    changes     TEXT NOT NULL DEFAULT '[]', -- [field, before, after, item's id, sync.model.ChangeKind]; before is
                                            -- {"not": "in the record"} where the record had no such field
    PRIMARY KEY (run, n)
) STRICT;
CREATE INDEX rows_of_customer ON rows (run, record_id);

-- What an exported workbook remembers of a row: the texts as exported, and the ids of nested items.
CREATE TABLE memory (
    run      TEXT NOT NULL,
    n        INTEGER NOT NULL,
    texts    TEXT NOT NULL,  -- JSON: header: text
    item_ids TEXT NOT NULL,  -- JSON: {"contacts[1]": "55"}
    PRIMARY KEY (run, n)
) STRICT;

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
    outcome     TEXT NOT NULL,    -- sync.api.response.Outcome
    may_have_arrived INTEGER NOT NULL DEFAULT 1,  -- whether the API may have done it, as far as this answer tells
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
    2: (
        "ALTER TABLE runs ADD COLUMN counts TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE runs ADD COLUMN forgotten TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN version TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE memory (run TEXT NOT NULL, n INTEGER NOT NULL, texts TEXT NOT NULL, item_ids TEXT NOT NULL, "
        "PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID",
    ),
    3: (
        "ALTER TABLE rows ADD COLUMN witnesses TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE rows ADD COLUMN present TEXT NOT NULL DEFAULT '{}'",
    ),
    4: (
        "ALTER TABLE runs ADD COLUMN checksum INTEGER",
        "ALTER TABLE rows ADD COLUMN checksum INTEGER",
    ),
    5: ("ALTER TABLE runs ADD COLUMN results_sha256 TEXT NOT NULL DEFAULT ''",),
    6: (
        "CREATE TABLE files (run TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (run, path)) STRICT",
        "INSERT INTO files (run, path) SELECT id, results FROM runs WHERE results <> ''",
    ),
    7: (
        "ALTER TABLE attempts ADD COLUMN may_have_arrived INTEGER NOT NULL DEFAULT 1",
        # As the API's room judged it then. Its first version called what it throttled busy.
        "UPDATE attempts SET may_have_arrived = 0 WHERE outcome IN ('refused', 'blocked', 'key refused') "
        "OR (IFNULL(http_status, 429) = 429 AND outcome IN ('throttled', 'transient', 'busy'))",
    ),
}


def checksum(first: int | str | None, *texts: str) -> int:
    """A checksum of columns, so that a bit that flips on the disk is noticed before anything is sent."""
    return zlib.crc32("\0".join((str(first), *texts)).encode("utf-8", "surrogatepass"))


def row_has_text(
    text: str,
    values: str,
    row: int,
    record_id: int | None,
    message: str,
    cells: str,
    changes: str,
    *records: str | None,
) -> bool:
    """Whether a row holds a text, for the SQL that filters rows. JSON as the columns have it.

    Args:
        text: what is looked for, casefolded.
        values: as JSON, the values of choices whose label holds the text.
        records: the record's summaries, before and after; their names are looked at.
    """
    if text in f"{row} {record_id} {message}".casefold():
        return True
    if _may_hold(text, cells) and any(text in cell.casefold() for cell in json.loads(cells)):
        return True
    names = (json.loads(record)[0] for record in records if record and _may_hold(text, record))
    if any(text in (name or "").casefold() for name in names):
        return True
    if values == "[]" and not _may_hold(text, changes):
        return False
    held = [value for change in json.loads(changes) for value in change[1:3]]
    return any(text in str(value).casefold() for value in held) or any(value in held for value in json.loads(values))


def _may_hold(text: str, packed: str) -> bool:
    """Whether JSON is worth unpacking. Unpacking all of it took 25 times as long for 10,000 rows."""
    return text in packed.lower() or "\\" in packed
