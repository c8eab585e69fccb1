"""Exports for a mapping whose rows go by another field than the id, and for one that verifies a field."""

from pathlib import Path

import pytest

from sync.commands.run import run
from sync.contract.mapping import Mapping
from sync.settings import Settings
from sync.sheet import read
from sync.status import Status
from sync.stop import StopSignal
from tests.support.exports import Silence, run_export, written
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer

TEXT = """
id: {column: ERP No., match: external_id}
verify: {Legal Name: name}
columns: {Notes: notes, City: city}
"""


@pytest.fixture
def by_erp_number(tmp_path: Path) -> Mapping:
    return written(tmp_path, TEXT)


def export_of(server: FaultServer, mapping: Mapping, folder: Path) -> tuple[Path, tuple[str, ...]]:
    numbers = {1: "E-1", 2: "007", 3: "", 4: "E-4", 5: "E-4"}
    server.reset(customer(n, external_id=number, name=f"Example {n}", notes="then") for n, number in numbers.items())
    done = run_export(server, folder / "c.xlsx", mapping)
    return done.path, done.remarks


def test_the_id_column_shows_the_field_that_the_mapping_matches_by(
    server: FaultServer, by_erp_number: Mapping, tmp_path: Path
) -> None:
    path, _ = export_of(server, by_erp_number, tmp_path)
    sheet = read(path, id_header="ERP No.")
    assert sheet.headers == ("ERP No.", "Legal Name", "Notes", "City")
    assert [row.cells[:2] for row in sheet.rows] == [("E-1", "Example 1"), ("007", "Example 2")]
    assert sheet.memory is not None
    assert (sheet.memory.key, list(sheet.memory.rows)) == ("external_id", ["E-1", "007"])


def test_records_that_no_row_could_name_are_left_out_and_counted(
    server: FaultServer, by_erp_number: Mapping, tmp_path: Path
) -> None:
    _, remarks = export_of(server, by_erp_number, tmp_path)
    assert remarks == (
        "3 customers left out, since “External ID” is empty there or belongs to another customer too: 3, 4 and 5.",
    )


def test_such_an_export_remembers_too(
    server: FaultServer, by_erp_number: Mapping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = export_of(server, by_erp_number, tmp_path)
    server.records[1]["notes"] = "changed by a colleague"
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    settings = Settings(base_url=server.url, state_dir=tmp_path / "state", rate=5000, mapping=by_erp_number.path)
    ended = run(path, settings, False, StopSignal(20), Silence())
    assert server.asked("PUT") == []
    assert ended.run.counts[Status.UNCHANGED] == 2


def test_a_number_of_such_an_export_is_not_taken_for_one_that_lost_its_zeros(
    server: FaultServer, by_erp_number: Mapping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export remembers that it gave the row this text."""
    server.reset([customer(1, external_id="123", notes="then"), customer(2, external_id="00123", notes="then")])
    path = run_export(server, tmp_path / "c.xlsx", by_erp_number).path
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    settings = Settings(base_url=server.url, state_dir=tmp_path / "state", rate=5000, mapping=by_erp_number.path)
    ended = run(path, settings, False, StopSignal(20), Silence())
    assert ended.run.counts[Status.UNCHANGED] == 2
