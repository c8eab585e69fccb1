"""The journal: what it says is on disk, or the run ends."""

import itertools
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync.errors import CannotStart
from sync.journal import input_rows
from sync.journal import steps as journal
from sync.journal.steps import MOVES, Step
from sync.journal.writer import IllegalMove, JournalFailed, JournalWriter
from sync.model import Mode, Row, RunFacts
from sync.status import STATES, Stage, State, Status
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge_bodies, wishes_for, write_sheet
from tests.support.waiting import until


def facts(run: str = "20260101-000000-abcd") -> RunFacts:
    return RunFacts(run, Mode.RUN, "", "edits.csv", "", "", "", "", "http://127.0.0.1", "0", ("Customer ID",))


def with_rows(path: Path, count: int) -> JournalWriter:
    book = JournalWriter(path)
    steps = [input_rows.row(facts().id, n, Row(n + 2, (str(n),)), n + 1, "{}") for n in range(count)]
    book.begin(facts(), steps)
    return book


def on_disk(path: Path) -> dict[int, str]:
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT n, state FROM rows"))


def move(n: int, state: State, message: str = "") -> journal.Step:
    return journal.move(facts().id, n, state, message)


def test_what_is_committed_is_on_disk(tmp_path: Path) -> None:
    book = with_rows(tmp_path / "journal.sqlite3", 2)
    book.commit([move(0, Stage.PLANNED), move(1, Status.UNCHANGED)])
    assert on_disk(book.path) == {0: "planned", 1: "unchanged"}


def test_what_is_to_follow_soon_is_on_disk_with_the_next_commit(tmp_path: Path) -> None:
    book, told = with_rows(tmp_path / "journal.sqlite3", 2), []
    book.commit_soon([move(0, Status.UNCHANGED)], lambda: told.append(0))
    assert not told
    book.commit([move(1, Stage.PLANNED)])
    assert on_disk(book.path) == {0: "unchanged", 1: "planned"}
    assert told == [0]


def test_a_row_takes_little_more_room_than_its_texts(tmp_path: Path) -> None:
    texts = tuple(f"{n:050}" for n in range(36))  # with their quotes and commas about 2 kB, as 35 columns have
    steps = [input_rows.row(facts().id, n, Row(n + 2, texts), n + 1, "{}") for n in range(1_000)]
    book = JournalWriter(tmp_path / "journal.sqlite3")
    book.begin(facts(), steps)
    book.close()
    assert book.path.stat().st_size < 1_000 * len(str(list(texts))) * 1.3


def test_a_row_moves_only_as_the_table_says(tmp_path: Path) -> None:
    book = with_rows(tmp_path / "journal.sqlite3", 1)
    for fresh, to in itertools.product(STATES, STATES):
        book.commit([journal.Step("UPDATE rows SET state = ?", (fresh,))])
        if to in MOVES.get(fresh, set()):
            book.commit([move(0, to)])
            assert on_disk(book.path) == {0: to}
        else:
            with pytest.raises(IllegalMove):
                book.commit([move(0, to)])
            assert on_disk(book.path) == {0: fresh}


def test_what_is_updated_stays_updated() -> None:
    assert not MOVES.get(Status.UPDATED)


def test_a_failed_commit_fails_for_all_who_share_it(tmp_path: Path) -> None:
    """Whoever is told that it is on disk finds it there, whatever the others expected to write."""
    count = 40
    book = with_rows(tmp_path / "journal.sqlite3", count)
    told: dict[int, bool] = {}

    def commit(n: int) -> None:
        try:
            book.commit([move(n, Status.UPDATED if n % 5 == 0 else Status.UNCHANGED)])  # never sent, so not updated
            told[n] = True
        except Exception:
            told[n] = False

    book._is_writing = True  # so that they all come together
    threads = [threading.Thread(target=commit, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    while len(book._queue) < count:
        pass
    book._hand_over([])
    for thread in threads:
        thread.join()
    assert {n for n, state in on_disk(book.path).items() if state == "unchanged"} == {n for n in told if told[n]}
    assert not told[0]


def test_those_whose_steps_are_written_do_not_wait_for_the_next_commit(tmp_path: Path) -> None:
    book = with_rows(tmp_path / "journal.sqlite3", 3)
    original, commits, gone_on = book._transaction, [0], [threading.Event(), threading.Event(), threading.Event()]

    def commit(n: int) -> None:
        book.commit([move(n, Stage.PLANNED)])
        gone_on[n].set()

    threads = [threading.Thread(target=commit, args=(n,), daemon=True) for n in range(3)]

    def transaction(steps: list[Step]) -> Exception | None:
        commits[0] += 1
        if commits[0] == 1:  # rows 0 and 1; row 2 comes meanwhile
            threads[2].start()
            until(lambda: len(book._queue) == 1)
        else:
            assert all(event.wait(20) for event in gone_on[:2]), "they wait for row 2"
        return original(steps)

    book._transaction = transaction  # type: ignore[method-assign]
    book._is_writing = True  # so that the first two come together
    for thread in threads[:2]:
        thread.start()
    until(lambda: len(book._queue) == 2)
    book._hand_over([])
    assert gone_on[2].wait(60)
    assert (commits[0], set(on_disk(book.path).values())) == (2, {"planned"})


def test_many_threads_that_commit_all_the_time_are_all_written(tmp_path: Path) -> None:
    count = 64
    book = with_rows(tmp_path / "journal.sqlite3", count)

    def commit(first: int) -> None:
        for n in range(first, count, 8):
            book.commit([move(n, Stage.PLANNED)])
            book.commit_soon([move(n, Status.UNCHANGED)], lambda: None)

    threads = [threading.Thread(target=commit, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    book.flush()
    assert set(on_disk(book.path).values()) == {"unchanged"}


def test_what_can_not_be_written_soon_ends_whoever_commits_next(tmp_path: Path) -> None:
    book = with_rows(tmp_path / "journal.sqlite3", 2)
    book.commit_soon([move(0, Status.UPDATED)], lambda: None)
    with pytest.raises(IllegalMove):
        book.commit([move(1, Stage.PLANNED)])
    assert on_disk(book.path) == {0: "read", 1: "read"}


def test_the_disk_is_asked_to_have_it_before_a_commit_returns(tmp_path: Path) -> None:
    book = JournalWriter(tmp_path / "journal.sqlite3")
    assert book._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert book._db.execute("PRAGMA fullfsync").fetchone() == (1,)
    assert book._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_journal_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    JournalWriter(tmp_path / "journal.sqlite3").close()
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(CannotStart, match="newer"):
        JournalWriter(tmp_path / "journal.sqlite3")


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_text("not a database, and long enough to be looked at" * 20)
    with pytest.raises(CannotStart, match="can't be opened"):
        JournalWriter(tmp_path / "journal.sqlite3")


def test_a_full_disk_ends_the_commit_that_finds_it_full(tmp_path: Path) -> None:
    book = with_rows(tmp_path / "journal.sqlite3", 300)
    fill(book)
    with pytest.raises(JournalFailed, match="full"):
        commit_all(book, 300)


def commit_all(book: JournalWriter, count: int) -> None:
    for n in range(count):
        book.commit([move(n, Status.UNCHANGED, "x" * 2000)])


def fill(book: JournalWriter) -> None:
    """No room for more than a few pages."""
    pages = book._db.execute("PRAGMA page_count").fetchone()[0]
    book._db.execute(f"PRAGMA max_page_count = {pages + 3}")


@pytest.mark.parametrize("mode", ["intent", "outcome"])
def test_nothing_is_sent_after_an_intent_that_could_not_be_written(
    mode: str, server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full from the tenth PUT on: a limit of SQLite's own, so that it is the real error."""
    wishes = wishes_for(range(1, 31))
    books: list[JournalWriter] = []
    real: Callable[..., None] = JournalWriter.__init__

    def opened(book: JournalWriter, path: Path) -> None:
        real(book, path)
        books.append(book)

    monkeypatch.setattr(JournalWriter, "__init__", opened)
    full_at = "PUT" if mode == "outcome" else "GET"

    def hook(asked: object) -> None:
        if len(server.asked("PUT")) == 10 and getattr(asked, "method", "") == full_at:
            pages = books[0]._db.execute("PRAGMA page_count").fetchone()[0]
            books[0]._db.execute(f"PRAGMA max_page_count = {pages}")

    server.hook = hook
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), "--json", *FAST, "--concurrency", "1")
    assert ran.exit_code == 3
    assert "can't be written" in ran.stderr
    assert "full" in ran.stderr
    assert "Traceback" not in ran.stderr
    puts = len(server.asked("PUT"))
    assert 10 <= puts < 30
    with closing(sqlite3.connect(books[0].path)) as db:
        assert db.execute("SELECT COUNT(*) FROM intents").fetchone() == (puts,), "sent without an intent on disk"
    judge_bodies(server, wishes)
    books[0].close()
    monkeypatch.undo()
    server.hook = lambda asked: None
    again = campfire("resume", "--json", *FAST)
    assert again.exit_code == 0
    assert set(again.statuses.values()) == {"updated"}


def test_the_journal_is_readable_by_its_owner_alone(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 5)))
    ran = campfire("run", sheet, "--json", *FAST)
    assert stat.S_IMODE(ran.state.stat().st_mode) == 0o700
    for path in (*ran.state.glob("journal*"), Path(ran.json["results"])):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_run_is_found_by_either_end_of_its_id_where_no_other_has_it(tmp_path: Path) -> None:
    book = JournalWriter(tmp_path / "journal.sqlite3")
    for run in ("20260101-000000-abcd", "20260101-000001-2026"):
        book.begin(facts(run), [])
    assert book.reader.find("abcd").facts.id == "20260101-000000-abcd"
    assert book.reader.find("1-2026").facts.id == book.reader.find("20260101-000001").facts.id
    with pytest.raises(CannotStart, match="more than one run begins or ends with “2026”"):
        book.reader.find("2026")
    for unknown in ("0000", "bcd", "%abcd"):
        with pytest.raises(CannotStart):
            book.reader.find(unknown)
