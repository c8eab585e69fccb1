"""Removes the personal data of old runs. What remains adds up: counts, statuses, hashes, who and when."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sync.errors import CannotStart
from sync.journal.database import connect
from sync.journal.steps import dumps
from sync.journal.tables import checksum
from sync.text import now

# What of each table goes. The rows themselves stay, so that the counts stay true.
_EMPTIED = (
    "UPDATE rows SET cells = '[]', cell_meta = '{}', edits = '{}', witnesses = '{}', present = '{}', expected = '[]', "
    "changes = '[]', message = '', before = NULL, after = NULL, checksum = NULL WHERE run = ?",
    "UPDATE problems SET value = '', problem = '', remedy = '' WHERE run = ?",
    "UPDATE intents SET before = '', body = '' WHERE run = ?",
    "UPDATE attempts SET answer = '' WHERE run = ?",
    "DELETE FROM memory WHERE run = ?",
)


def forget(path: Path, runs: Iterable[str]) -> None:
    """Remove the personal data of these runs from the journal's files, free pages and write-ahead log included.

    Raises:
        CannotStart: the journal cannot be written, or another command is using it.
    """
    db = connect(path)
    try:
        db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten with zeros
        with db:
            for run in runs:
                for statement in _EMPTIED:
                    db.execute(statement, (run,))
                facts = json.loads(db.execute("SELECT facts FROM runs WHERE id = ?", (run,)).fetchone()[0])
                facts["warnings"] = []  # they quote cells
                text = dumps(facts)
                sql = "UPDATE runs SET facts = ?, checksum = ?, because = '', forgotten = ? WHERE id = ?"
                db.execute(sql, (text, checksum(text), now(), run))
        _empty_log(db, path)
        db.execute("VACUUM")  # free pages hold what was deleted before
        _empty_log(db, path)
    except (sqlite3.Error, OSError) as e:
        raise CannotStart(f"the journal {path} can't be written ({e}). Try again when no other command runs.") from e
    finally:
        db.close()


def _empty_log(db: sqlite3.Connection, path: Path) -> None:
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise CannotStart(f"another command is reading the journal {path}. Type the same once more when it has ended.")
