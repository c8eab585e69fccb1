"""The list of past runs fits 80 columns, whatever the runs are called."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.cli.run_list import as_lines
from sync.commands.runs import PastRun
from sync.journal.reader import JournalReader
from sync.model import Mode
from sync.status import Status
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.results_runs import RunDraft
from tests.support.truth import wishes_for, write_sheet


def past(tmp_path: Path, file: str, **counts: int) -> PastRun:
    record = RunDraft(tmp_path).history().runs()[0]
    facts = replace(record.facts, file=file, by="a.rather.long.user.name@a-host-with-a-long-name")
    every = {status: counts.get(status.name, 0) for status in Status}
    return PastRun(replace(record, facts=facts), "held back", every)


@pytest.mark.parametrize("file", ["edits.xlsx", "/srv/closing/2026/november/" + "a-long-folder/" * 8 + "edits.xlsx"])
def test_it_fits_80_columns_and_keeps_the_files_name(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    every = dict.fromkeys(Status.__members__, 123_456)
    lines = list(as_lines([past(tmp_path, file, **every), past(tmp_path, file, UPDATED=3)], tmp_path))
    assert max(map(len, lines)) <= 80
    assert lines[-1].endswith("edits.xlsx")
    assert all(f"123,456 {status}" in " ".join(" ".join(lines).split()) for status in Status)


def test_an_undo_names_the_run_that_it_puts_back(tmp_path: Path) -> None:
    run = past(tmp_path, "edits.xlsx", UPDATED=3)
    facts = replace(run.record.facts, mode=Mode.UNDO, parent="20261120-090000-aaaa")
    undo = replace(run, record=replace(run.record, facts=facts))
    assert list(as_lines([undo], tmp_path))[-1] == "  3 put back, of run 20261120-090000-aaaa: edits.xlsx"


def test_runs_that_have_ended_are_listed_without_a_look_at_their_rows(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred of them may have 100,000 rows each."""
    sheet = write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 6)))
    campfire("run", sheet, "--dry-run", *FAST)
    campfire("run", sheet, *FAST)
    asked: list[str] = []
    original = JournalReader.select

    def query(self: JournalReader, sql: str, *values: object) -> object:
        asked.append(sql)
        return original(self, sql, *values)

    monkeypatch.setattr(JournalReader, "select", query)
    listed = campfire("runs").stdout
    assert "5 updated" in listed
    assert "5 would update" in listed
    assert asked
    assert not [sql for sql in asked if "FROM runs" not in sql and "FROM sessions" not in sql]
