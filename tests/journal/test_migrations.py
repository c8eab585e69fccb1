"""A journal of any older version is read, continued and undone by this one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sync.errors import CannotStart
from sync.journal.database import connect
from sync.journal.reader import JournalReader
from sync.journal.tables import MIGRATIONS, VERSION
from sync.journal.writer import JournalWriter
from sync.model import RunState
from sync.status import Stage, Status

FIRST = Path(__file__).parent / "files" / "journal-v1.sql"
STOPPED = "20261126-215122-432a"


def journal_of(version: int, folder: Path) -> Path:
    """A journal as this version left it."""
    path = folder / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST.read_text(encoding="utf-8"))
        for older in range(1, version):
            for statement in MIGRATIONS[older]:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    return path


def shape(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table's columns: name, type, whether it may be null, default."""
    with closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: sorted(row[1:5] for row in db.execute(f"PRAGMA table_info({table})")) for table in tables}


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_migrated_journal_has_the_tables_of_a_new_one(version: int, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    connect(tmp_path / "new" / "journal.sqlite3").close()
    old = journal_of(version, tmp_path)
    connect(old).close()
    assert shape(old) == shape(tmp_path / "new" / "journal.sqlite3")


@pytest.mark.parametrize("version", range(1, VERSION))
def test_reading_alone_migrates_an_older_journal(version: int, tmp_path: Path) -> None:
    reader = JournalReader(journal_of(version, tmp_path))
    preview, stopped = reader.runs()
    assert (preview.state, stopped.state) == (RunState.COMPLETE, RunState.STOPPED)
    assert stopped.facts.id == STOPPED
    assert stopped.counts[Status.UPDATED] == 1
    updated, planned, *_ = reader.rows(STOPPED)
    assert (updated.status, planned.state) == (Status.UPDATED, Stage.PLANNED)
    assert [str(change.field) for change in updated.changes] == ["terms"]
    assert len(list(reader.problems(STOPPED))) == 1


def test_an_older_journal_can_be_written(tmp_path: Path) -> None:
    book = JournalWriter(journal_of(1, tmp_path))
    assert book.session(STOPPED) == 3, "the two sessions that it had, and this one"
    assert book.reader.run(STOPPED).state is RunState.RUNNING
    book.close()


def test_a_journal_of_a_newer_version_is_refused_for_reading_too(tmp_path: Path) -> None:
    path = journal_of(1, tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(CannotStart, match="newer"):
        JournalReader(path).runs()


def test_a_workbook_that_an_older_journal_names_is_among_the_files_of_its_run(tmp_path: Path) -> None:
    old = journal_of(6, tmp_path)
    with closing(sqlite3.connect(old)) as db:
        db.execute("UPDATE runs SET results = '/closing/november.xlsx' WHERE id = ?", (STOPPED,))
        db.commit()
    assert JournalReader(old).files(STOPPED) == ["/closing/november.xlsx"]


@pytest.mark.parametrize(
    ("outcome", "http_status", "may_have_arrived"),
    [
        ("taken", 200, True),
        ("unknown", None, True),
        ("redirected", 302, True),
        ("transient", 502, True),
        ("transient", None, False),
        ("throttled", 503, True),
        ("throttled", 429, False),
        ("busy", 429, False),
        ("refused", 400, False),
        ("blocked", 403, False),
        ("key refused", 401, False),
    ],
)
def test_what_may_have_arrived_is_known_of_the_answers_in_an_older_journal(
    outcome: str, http_status: int | None, may_have_arrived: bool, tmp_path: Path
) -> None:
    old = journal_of(7, tmp_path)
    with closing(sqlite3.connect(old)) as db:
        db.execute("UPDATE attempts SET outcome = ?, http_status = ?", (outcome, http_status))
        db.commit()
    assert (JournalReader(old).last_sent(STOPPED, 0) is not None) == may_have_arrived
