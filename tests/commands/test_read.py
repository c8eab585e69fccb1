"""Reading a sheet of edits leaves the process as it was, and refuses what is for another place."""

import gc
from pathlib import Path

import pytest

from sync.commands.export import export
from sync.commands.read import gc_pause, read_edits, refuse_export_from_elsewhere
from sync.commands.run import run
from sync.errors import FileRefused
from sync.export import Selection
from sync.mapping import load as mappings
from sync.progress import Progress
from sync.settings import SANDBOX, Settings
from sync.sheet import read
from sync.stop import StopSignal
from tests.support.exports import DEFAULT, run_export
from tests.support.fault_records import customer
from tests.support.fault_server import KEY, FaultServer


def test_the_search_for_garbage_goes_on_after_a_sheet_was_read(tmp_path: Path) -> None:
    edits = tmp_path / "edits.csv"
    edits.write_text("Customer ID,Notes\n7,a note\n", encoding="utf-8")
    assert read_edits(edits, Settings(), Progress()).count == 1
    assert gc.isenabled()


def test_the_search_for_garbage_goes_on_after_a_sheet_was_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        read_edits(tmp_path / "none.csv", Settings(), Progress())
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with gc_pause():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_next_search_for_garbage_passes_over_what_was_made_meanwhile() -> None:
    gc.unfreeze()  # what the tests have set aside
    try:
        with gc_pause():
            made: list[list[int]] = [[] for _ in range(50_000)]
        old = set(map(id, gc.get_objects(generation=2)))
        assert (old.issuperset(map(id, made)), gc.get_freeze_count()) == (True, 0)
    finally:
        gc.freeze()


def test_what_a_program_has_set_aside_stays_set_aside_while_a_sheet_is_read() -> None:
    gc.freeze()
    with gc_pause():
        pass
    assert gc.get_freeze_count() > 0


ONE, TWO = "https://one.example.com", "https://two.example.com"


def exported(server: FaultServer, folder: Path, base_url: str) -> Path:
    """An export of a customer that was read at this base URL."""
    server.reset([customer(7)])
    return run_export(server, folder / "customers.xlsx", mappings.load(DEFAULT), base_url=base_url).path


@pytest.mark.parametrize(("there", "option"), [(ONE, f"--base-url {ONE}"), (SANDBOX, "--sandbox")])
def test_an_export_is_refused_where_its_ids_may_belong_to_others(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str, option: str
) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    edits = exported(server, tmp_path, there)
    settings = Settings(base_url=TWO, state_dir=tmp_path / "state", mapping=DEFAULT)
    for dry_run in (True, False):
        with pytest.raises(FileRefused) as refused:
            run(edits, settings, dry_run, StopSignal(20), Progress())
        assert f"would send to {TWO}, where the same ids may belong to others. Add {option}, or" in str(refused.value)
        assert option not in refused.value.in_app
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(("there", "here"), [(ONE, ONE), ("", ONE), (ONE, SANDBOX), (SANDBOX, "http://127.0.0.1:8001")])
def test_an_export_runs_where_it_comes_from_and_on_any_stand_in(
    server: FaultServer, tmp_path: Path, there: str, here: str
) -> None:
    edits = exported(server, tmp_path, there)
    refuse_export_from_elsewhere(read_edits(edits, Settings(mapping=DEFAULT), Progress()), here)


def test_an_export_remembers_where_its_records_were_read(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", KEY)
    settings = Settings(base_url=server.url, state_dir=tmp_path / "state", mapping=DEFAULT)
    done = export(tmp_path / "customers.xlsx", Selection(), settings, StopSignal(20), Progress())
    memory = read(done.path, id_header="Customer ID").memory
    assert memory is not None
    assert memory.base_url == server.url
