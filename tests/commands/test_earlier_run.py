"""What a run that takes up an earlier one is told by it, and the commands that do again what that one did."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from sync.commands.earlier_run import at_base_url_of, begin_anew, follow_up, run_again
from sync.errors import CannotStart
from sync.mapping.load import default_path
from sync.model import Mode, RunFacts, RunOptions
from sync.settings import SANDBOX, Settings

ID = "20260101-000000-abcd"
FACTS = RunFacts(ID, Mode.RUN, "", "/closing/the edits.xlsx", "", "", "", "", SANDBOX, "0", ("Id",))
HELD = RunOptions(strict=True, max_changes=9, sheet="May 2026", accept=("hidden_rows",), no_read=True)


def words(command: str) -> list[str]:
    return shlex.split(command)[1:]


@pytest.mark.parametrize(
    ("given", "strict", "most"),
    [(Settings(), True, 9), (Settings(max_changes=0), True, 0), (Settings(strict=True, max_changes=20), True, 20)],
)
def test_the_limits_of_the_earlier_run_hold_unless_others_are_given(given: Settings, strict: bool, most: int) -> None:
    """In the facts too: a resume of the run that is begun now knows nothing of this command's options."""
    options = follow_up(replace(FACTS, options=HELD), Mode.APPLY, given).options
    assert (options.strict, options.max_changes) == (strict, most)
    assert follow_up(FACTS, Mode.APPLY, Settings(strict=True)).options.strict


def test_a_run_that_was_made_for_another_place_is_refused_and_both_are_named() -> None:
    with pytest.raises(CannotStart, match="was made for the sandbox, and this is https://api"):
        at_base_url_of(FACTS, Settings(base_url="https://api.example.com"))


def test_a_file_is_run_again_as_it_was_read_within_the_same_limits_and_to_the_same_place() -> None:
    facts = replace(FACTS, mapping="/closing/mine.yaml", options=HELD)
    again = words(run_again(facts.file, facts, Settings(state_dir=Path("/state")), "--dry-run"))
    assert again[:4] == ["run", facts.file, "--dry-run", "--mapping"]
    assert again[4:] == [
        "/closing/mine.yaml", "--sheet", "May 2026", "--accept", "hidden_rows", "--strict", "--max-changes", "9",
        "--no-read", "--sandbox", "--state-dir", "/state",
    ]  # fmt: skip


def test_a_results_workbook_is_run_without_the_sheets_name_and_a_default_is_not_named() -> None:
    facts = replace(FACTS, mapping=str(default_path().absolute()), options=RunOptions(sheet="May 2026"))
    assert words(run_again("/closing/results.xlsx", facts, Settings())) == ["run", "/closing/results.xlsx", "--sandbox"]
    by_hand = Settings(mapping=default_path())
    assert "--mapping" in words(run_again("/closing/results.xlsx", facts, by_hand)), "it may be typed elsewhere"


@pytest.mark.parametrize(
    ("facts", "command"),
    [
        (replace(FACTS, mode=Mode.UNDO, parent="the-run"), ["undo", "the-run"]),
        (replace(FACTS, mode=Mode.APPLY, parent="the-preview"), ["apply", "the-preview"]),
        (replace(FACTS, mode=Mode.APPLY, parent="the-preview", plan_sha256="ab"), ["apply", "PLAN"]),
        (replace(FACTS, mapping=str(default_path().absolute())), ["run", FACTS.file, "--sandbox"]),
    ],
)
def test_what_was_held_back_is_begun_anew_by_the_same_command(facts: RunFacts, command: list[str]) -> None:
    assert words(begin_anew(facts, Settings())) == command
