"""What a journal has written lately: a record that is older than that is an old state."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.api.response import Outcome, Response
from sync.journal import input_rows, reader, steps
from sync.journal.database import connect_for_reading
from sync.journal.reader import JournalReader
from sync.journal.steps import Step
from sync.journal.writer import JournalWriter
from sync.model import Row, RunState
from sync.status import Stage, Status
from sync.text import now
from tests.support.results_runs import RunDraft, seen

BASE_URL, RESOURCE = "https://api.example.com", "customers"
ANSWERED = Response(Outcome.OK, 200, "{}", method="PUT")


def rows(run: str, ids: range) -> list[Step]:
    """A row for each of these customers, as a run begins with them."""
    return [input_rows.row(run, n, Row(n + 2, ("1001",)), number, "{}") for n, number in enumerate(ids)]


def sent(run: str, n: int, body: str, at: str = "") -> list[Step]:
    """The row's PUT is about to leave."""
    return [
        steps.decided(run, n, Stage.PLANNED),
        steps.intent(run, n, "{}", body),
        steps.decided(run, n, Stage.SENDING, attempts=1, sent_at=at or now()),
    ]


def answered(run: str, n: int) -> list[Step]:
    """The API took it."""
    return [steps.attempt(run, n, ANSWERED), *found(run, n)]


def found(run: str, n: int) -> list[Step]:
    """The record holds what was sent."""
    return [steps.decided(run, n, Status.UPDATED, after=seen())]


def begin(journal: JournalWriter, run: str, ids: range, at: str = "") -> None:
    facts = replace(RunDraft(journal.path.parent).facts(), id=run, started_at=at or now())
    journal.begin(facts, rows(run, ids))


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def test_only_the_writes_of_the_same_resource_and_base_url_count(tmp_path: Path) -> None:
    """A vendor may have the number of a customer."""
    with JournalWriter(tmp_path / "journal.db") as journal:
        begin(journal, "run-a", range(1001, 1002))
        journal.commit([*sent("run-a", 0, "{}"), *answered("run-a", 0)])
        history = journal.reader
        assert history.recent_writes(BASE_URL, RESOURCE) == {1001: {"2026-11-21T08:00:00+0000"}}
        assert history.recent_writes(BASE_URL, "vendors") == {}
        assert history.recent_writes("https://elsewhere.example.com", RESOURCE) == {}
        assert history.last_body(1001, BASE_URL, RESOURCE) == "{}"
        assert history.last_body(1001, BASE_URL, "vendors") is None
        assert history.last_body(1001, "https://elsewhere.example.com", RESOURCE) is None
        assert history.last_body(1002, BASE_URL, RESOURCE) is None


@pytest.mark.parametrize("stopped_before", [False, True])
def test_what_a_run_of_hours_wrote_last_counts_although_it_was_killed(tmp_path: Path, stopped_before: bool) -> None:
    """It has not written down its end, or only that of the process before."""
    with JournalWriter(tmp_path / "journal.db") as journal:
        begin(journal, "run-a", range(1, 4), at=hours_ago(5))
        if stopped_before:
            ended = steps.ended("run-a", RunState.STOPPED)
            journal.commit([ended, Step("UPDATE runs SET ended_at = ?", (hours_ago(4),))])
            journal.session("run-a")
        journal.commit([*sent("run-a", 0, "old", at=hours_ago(3)), *answered("run-a", 0)])
        journal.commit([*sent("run-a", 1, "new", at=hours_ago(0.5)), *answered("run-a", 1)])
        assert set(journal.reader.recent_writes(BASE_URL, RESOURCE)) == {2}
        assert journal.reader.last_body(1, BASE_URL, RESOURCE) is None
        assert journal.reader.last_body(2, BASE_URL, RESOURCE) == "new"


def test_the_last_write_is_the_one_that_was_answered_last_whichever_run_began_last(tmp_path: Path) -> None:
    """A run that was stopped is resumed after another one has written the same record."""
    with JournalWriter(tmp_path / "journal.db") as journal:
        begin(journal, "run-a", range(7, 8))
        begin(journal, "run-b", range(7, 8))
        journal.commit([*sent("run-b", 0, "of b"), *answered("run-b", 0)])
        assert journal.reader.last_body(7, BASE_URL, RESOURCE) == "of b"
        journal.commit([*sent("run-a", 0, "of a"), *answered("run-a", 0)])
        assert journal.reader.last_body(7, BASE_URL, RESOURCE) == "of a"


def test_a_write_whose_answer_was_lost_with_its_process_is_the_last(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "journal.db") as journal:
        begin(journal, "run-a", range(7, 8))
        begin(journal, "run-b", range(7, 8))
        journal.commit([*sent("run-a", 0, "of a"), *answered("run-a", 0)])
        journal.commit([*sent("run-b", 0, "of b"), *found("run-b", 0)])
        assert journal.reader.last_body(7, BASE_URL, RESOURCE) == "of b"


def test_the_last_write_of_a_record_is_found_without_a_look_at_the_other_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for once a row: looking at 100,000 rows took 0.2 s each."""
    work = {size: _work_of_a_look(tmp_path / f"{size}.db", size, monkeypatch) for size in (20, 1000)}
    assert work[1000] < 2 * work[20]


def _work_of_a_look(path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """SQLite's own instructions for one look, in a journal of so many rows."""
    done = 0

    def counted(path: Path) -> sqlite3.Connection:
        def count() -> None:
            nonlocal done
            done += 1

        db = connect_for_reading(path)
        db.set_progress_handler(count, 1)
        return db

    with JournalWriter(path) as journal:
        begin(journal, "run-a", range(1, size + 1))
        journal.commit([step for n in range(size) for step in (*sent("run-a", n, f"{n}"), *answered("run-a", n))])
    with monkeypatch.context() as patched:
        patched.setattr(reader, "connect_for_reading", counted)
        assert JournalReader(path).last_body(size, BASE_URL, RESOURCE) == f"{size - 1}"
    return done
