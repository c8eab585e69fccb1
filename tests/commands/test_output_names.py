"""A command that would write one file over another, or over what it reads, is refused before it does anything."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.commands.export import export
from sync.commands.output_names import refuse_shared, refuse_shared_names
from sync.commands.run import run
from sync.commands.suggest import suggest
from sync.errors import CannotStart
from sync.export import Selection
from sync.progress import Progress
from sync.settings import Settings
from sync.stop import StopSignal


@pytest.mark.parametrize(
    ("one", "other"), [("p.plan", "p.plan"), ("p.plan", "link/p.plan"), ("p.plan", "P.PLAN"), ("no/p", "no/p")]
)
def test_two_options_that_name_the_same_file_are_both_named(tmp_path: Path, one: str, other: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="--html and --plan name the same file"):
        refuse_shared_names(Settings(html=tmp_path / one, plan=tmp_path / other))


def test_what_is_read_is_not_written_to_under_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "edits.xlsx").write_text("mine")
    (tmp_path / "also.xlsx").hardlink_to(tmp_path / "edits.xlsx")
    with pytest.raises(CannotStart, match="--out and EDITS name the same file"):
        refuse_shared_names(Settings(out=tmp_path / "also.xlsx"), EDITS=tmp_path / "edits.xlsx")


def test_files_of_their_own_are_taken(tmp_path: Path) -> None:
    names = {"--out": tmp_path / "a.xlsx", "--html": tmp_path / "a.html", "--plan": tmp_path / "b" / "a.html"}
    refuse_shared(names, {"EDITS": tmp_path / "edits.xlsx", "--mapping": None})


def test_every_command_refuses_them_before_it_reads_anything(tmp_path: Path) -> None:
    """The sheet does not exist, and nobody says so."""
    missing, stop = tmp_path / "x.csv", StopSignal(20)
    settings = Settings(plan=tmp_path / "p", html=tmp_path / "p", state_dir=tmp_path / "state", mapping=missing)
    for each in (settings, replace(settings, or_resume=True)):
        with pytest.raises(CannotStart, match="--html and --plan name the same file"):
            run(missing, each, True, stop, Progress())
    with pytest.raises(CannotStart, match="--out and EDITS name the same file"):
        suggest(missing, Settings(), missing)
    with pytest.raises(CannotStart, match="FILE and --ids name the same file"):
        export(missing, Selection(ids=missing), Settings(), stop, Progress())
