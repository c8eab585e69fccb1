"""What `forget` leaves in the journal: nothing that a cell, a record or an answer holds, in whatever column it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sync.journal.forget import forget
from sync.model import Problem
from sync.status import Status
from tests.support.results_runs import RUN, RunDraft

PLANTED = "planted remark about a person"
TABLES = ("rows", "memory", "problems", "intents", "attempts")
# Columns that hold nothing of a person: which row and run, how it ended, and when.
OF_NOBODY = {"run", "state", "sent_at", "at", "method", "outcome", "col", "kind"}


def test_no_column_of_a_forgotten_run_holds_a_value(tmp_path: Path) -> None:
    draft = RunDraft(tmp_path)
    draft.row(Status.UPDATED)
    draft.invalid(Problem(3, "Notes", "", "too_long", "", ""))
    path = draft.history().path
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO memory (run, n, texts, item_ids) VALUES (?, 0, '{}', '{}')", (RUN,))
        for table in TABLES:
            columns = [name for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})") if kind == "TEXT"]
            planted = ", ".join(f"{name} = '{PLANTED}'" for name in columns if name not in OF_NOBODY)
            assert db.execute(f"UPDATE {table} SET {planted}").rowcount
    forget(path, [RUN])
    assert not [file.name for file in tmp_path.iterdir() if PLANTED.encode() in file.read_bytes()]
