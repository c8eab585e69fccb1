"""The journal's file is this user's own, private, and the same one from the first commit to the last."""

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.errors import CannotStart
from sync.journal import input_rows
from sync.journal import steps as journal
from sync.journal.database import JournalUnreadable
from sync.journal.reader import JournalReader
from sync.journal.run_lock import AnotherRun, run_lock
from sync.journal.tables import checksum
from sync.journal.writer import JournalFailed, JournalWriter
from sync.model import Mode, Row, RunFacts
from sync.status import Stage
from tests.support.lost_journals import WAYS

RUN = "20260101-000000-abcd"


@pytest.fixture
def book(tmp_path: Path) -> JournalWriter:
    """A journal with a run of three rows."""
    book = JournalWriter(tmp_path / "state" / "journal.sqlite3")
    facts = RunFacts(RUN, Mode.RUN, "", "edits.csv", "", "", "", "", "http://127.0.0.1", "0", ("Customer ID",))
    book.begin(
        facts,
        [input_rows.row(RUN, n, Row(n + 2, (str(n), f"Name {n}")), n + 1, f'{{"name": "Name {n}"}}') for n in range(3)],
    )
    return book


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def remove_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("lose", [*WAYS, remove_folder])
def test_a_journal_that_is_lost_takes_no_more_commits_and_gives_no_rows(
    lose: Callable[[Path], None], book: JournalWriter
) -> None:
    book.commit([journal.move(RUN, 0, Stage.PLANNED)])
    lose(book.path)
    with pytest.raises(JournalFailed, match="while it was in use"):
        book.commit([journal.move(RUN, 1, Stage.PLANNED)])
    with pytest.raises(JournalUnreadable, match="while it was in use"):
        list(book.reader.rows(RUN))


def test_a_state_directory_without_a_journal_has_no_runs(tmp_path: Path) -> None:
    assert JournalReader(tmp_path / "journal.sqlite3").runs() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_what_others_may_read_is_made_private_again(book: JournalWriter) -> None:
    """As after a restore from a backup."""
    book.path.chmod(0o644)
    Path(f"{book.path}-wal").chmod(0o666)
    JournalReader(book.path).runs()
    assert (mode(book.path), mode(Path(f"{book.path}-wal"))) == (0o600, 0o600)


def test_a_link_is_not_used_as_the_journal(book: JournalWriter, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite3"
    link.symlink_to(book.path)
    for opened in (lambda: JournalWriter(link), lambda: JournalReader(link).runs()):
        with pytest.raises(CannotStart, match="is a link"):
            opened()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a file away")
def test_the_journal_of_another_user_is_not_used(book: JournalWriter) -> None:
    os.chown(book.path, 12345, -1)
    for opened in (lambda: JournalWriter(book.path), lambda: JournalReader(book.path).runs()):
        with pytest.raises(CannotStart, match="belongs to another user"):
            opened()


def test_a_journal_on_a_read_only_disk_is_named_as_such(book: JournalWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, rights: False)  # root may write wherever rights alone forbid it
    for opened in (lambda: JournalWriter(book.path), lambda: JournalReader(book.path).runs()):
        with pytest.raises(CannotStart, match="is read-only here"):
            opened()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_the_folders_that_are_made_and_the_lock_are_private(tmp_path: Path) -> None:
    state = tmp_path / "a" / "b" / "state"
    before = os.umask(0)
    try:
        with run_lock(state, "https://api.example.com"):
            (lock,) = state.iterdir()
            assert [mode(path) for path in (tmp_path / "a", tmp_path / "a" / "b", state)] == [0o700] * 3
            assert mode(lock) == 0o600
    finally:
        os.umask(before)


def test_a_lock_that_is_a_link_empties_no_file(tmp_path: Path) -> None:
    with run_lock(tmp_path, "https://api.example.com"):
        (lock,) = tmp_path.iterdir()
    lock.unlink()
    target = tmp_path / "target.txt"
    target.write_text("precious", encoding="utf-8")
    lock.symlink_to(target)
    with pytest.raises(CannotStart, match="is a link"), run_lock(tmp_path, "https://api.example.com"):
        pass
    assert target.read_text(encoding="utf-8") == "precious"


def test_a_state_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CannotStart, match="--state-dir"), run_lock(tmp_path / "file", "https://api.example.com"):
        pass
    with run_lock(tmp_path / "state", "https://api.example.com"):
        (lock,) = (tmp_path / "state").iterdir()
    lock.unlink()
    lock.mkdir()
    with pytest.raises(CannotStart, match="--state-dir"), run_lock(tmp_path / "state", "https://api.example.com"):
        pass


def test_another_process_that_is_done_with_the_journal_leaves_the_log_to_those_who_use_it(book: JournalWriter) -> None:
    """Opening and closing the file beside SQLite drops SQLite's locks, by which the other process knows of this one."""
    assert JournalReader(book.path).has(RUN)
    words = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('DELETE FROM memory'); db.commit()"
    subprocess.run([sys.executable, "-c", f"{words}; db.close()", str(book.path)], check=True)
    book.commit([journal.move(RUN, 0, Stage.PLANNED)])


def test_a_second_run_is_told_of_the_first(tmp_path: Path) -> None:
    with (
        run_lock(tmp_path, "https://api.example.com"),
        pytest.raises(AnotherRun, match="another run is in progress"),
        run_lock(tmp_path, "https://api.example.com"),
    ):
        pass


def test_a_damaged_journal_is_an_error_of_the_product_whichever_bit_is_flipped(book: JournalWriter) -> None:
    """What decides what is sent, and to whom, is never read otherwise than it was written."""
    path = book.path
    book.close()
    before = JournalReader(path)
    sealed = {row.n: (row.record_id, row.cells, row.edits, row.changes) for row in before.rows(RUN)}
    facts = before.run(RUN).facts
    whole = path.read_bytes()
    chosen = random.Random(13)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[chosen.randrange(len(damaged))] ^= 1 << chosen.randrange(8)
        path.write_bytes(damaged)
        try:
            reader = JournalReader(path)
            for run in reader.runs():
                assert run.facts == facts
                for row in reader.rows(run.facts.id):
                    assert (row.record_id, row.cells, row.edits, row.changes) == sealed[row.n]
        except CannotStart:
            continue


def put_into_the_first_row(book: JournalWriter, edits: str, seal: int | None) -> None:
    book.close()
    db = sqlite3.connect(book.path)
    with db:
        db.execute("UPDATE rows SET edits = ?, checksum = ? WHERE n = 0", (edits, seal))
    db.close()


def test_edits_that_nobody_asks_for_are_not_unpacked(book: JournalWriter) -> None:
    no_json = "{"
    put_into_the_first_row(book, no_json, checksum(1, '["0", "Name 0"]', no_json, "{}", "[]", "[]"))
    row = next(JournalReader(book.path).rows(RUN))
    assert row.cells == ("0", "Name 0")
    with pytest.raises(JournalUnreadable, match=f"a row of the run {RUN} can't be read"):
        _ = row.edits


def test_edits_without_a_checksum_are_unpacked_before_anything_is_done_with_the_row(book: JournalWriter) -> None:
    """Those of an older version: nothing else tells that they are as they were written."""
    put_into_the_first_row(book, "{", None)
    with pytest.raises(JournalUnreadable, match=f"a row of the run {RUN} can't be read"):
        next(JournalReader(book.path).rows(RUN))


def test_nothing_but_sqlite_is_needed_to_read_it(book: JournalWriter) -> None:
    """Plain tables: an auditor can open the file with any SQLite program."""
    db = sqlite3.connect(book.path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
