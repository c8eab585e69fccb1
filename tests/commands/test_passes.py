"""How often a command goes through what there is much of: the rows of its run in the journal, and what is imported."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync import apply, preview, undo
from sync.commands import carry_out
from sync.journal.reader import JournalReader
from tests.support.fault_server import FaultServer
from tests.support.product import environment
from tests.support.truth import wishes_for, write_sheet

ROWS = 40
FAST = {"rate": 2000, "concurrency": 2}


class Passes:
    """Counts the rows that are read from the journal, those of the table of rows and no others."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._read = 0
        query = JournalReader.select

        def counted(journal: JournalReader, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
            for row in query(journal, sql, *values):
                self._read += " FROM rows " in sql and "COUNT(" not in sql
                yield row

        monkeypatch.setattr(JournalReader, "select", counted)

    def since(self) -> float:
        """How often all rows were read since this was asked last."""
        read, self._read = self._read, 0
        return read / ROWS


@pytest.fixture
def sheet(server: FaultServer, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sheet each of whose rows changes its record."""
    for name, value in environment(server, state).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return write_sheet(tmp_path / "edits.csv", wishes_for(range(1, ROWS + 1)))


def test_no_command_goes_through_its_rows_more_often_than_it_must(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = Passes(monkeypatch)
    plan = preview(sheet, **FAST)
    assert (plan.counts["would_update"], passes.since()) == (ROWS, 2)  # planned, drawn with the totals
    assert plan.run
    sent = apply(plan.run, **FAST)
    # Of the preview the numbers, and the rows to begin with; then they are sent, and drawn with the totals.
    assert (sent.counts["updated"], passes.since()) == (ROWS, 4)
    assert sent.run
    undone = undo(sent.run, **FAST)
    # As of an apply; they are planned too, beside what was written in the last hour.
    assert (undone.counts["updated"], passes.since()) == (ROWS, 6)


def test_the_search_for_garbage_passes_over_what_was_there_before_the_run_and_is_seldom(
    sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside, thresholds = [], []
    plan, usual = carry_out.plan_rows, gc.get_threshold()

    def looking(*given: Any) -> Any:
        set_aside.append(gc.get_freeze_count())
        thresholds.append(gc.get_threshold()[0])
        return plan(*given)

    monkeypatch.setattr(carry_out, "plan_rows", looking)
    gc.unfreeze()  # what the tests have set aside
    try:
        preview(sheet, **FAST)
        assert (set_aside[0] > 10_000, gc.get_freeze_count()) == (True, 0)
        assert (thresholds[0] > 10 * usual[0], gc.get_threshold()) == (True, usual)
    finally:
        gc.freeze()
