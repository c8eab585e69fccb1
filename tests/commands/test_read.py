"""Reading a sheet of edits leaves the process as it was."""

import gc
from pathlib import Path

import pytest

from sync.commands.read import gc_pause, read_edits
from sync.errors import FileRefused
from sync.progress import Progress
from sync.settings import Settings


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
