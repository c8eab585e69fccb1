"""Rows that a person chooses to send, or to put back, and the rest, which is left out."""

from pathlib import Path

import pytest

from sync.commands.choose import choice_of, written
from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from sync.settings import Settings
from sync.status import Status
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 11))  # customer n stands in row n + 1


@pytest.fixture
def preview(campfire: Campfire, tmp_path: Path) -> Ran:
    return campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), "--dry-run", *OPTIONS)


@pytest.mark.parametrize(
    ("rows", "excluded", "chosen"),
    [
        ("", "", range(1, 13)),
        ("2-4,7", "", [2, 3, 4, 7]),
        (" 2 - 4 , 7", "3", [2, 4, 7]),
        ("", "5-12", [1, 2, 3, 4]),
        ("2–3", "", [2, 3]),
        ("3,3,2-3", "", [2, 3]),
    ],
)
def test_a_choice_is_a_list_of_rows_and_ranges(rows: str, excluded: str, chosen: list[int]) -> None:
    choice = choice_of(Settings(rows=rows, except_rows=excluded))
    assert [row for row in range(1, 13) if row in choice] == list(chosen)


@pytest.mark.parametrize("rows", [set(), {2}, {2, 3, 4}, {7, 2, 3}, set(range(2, 5000, 2))])
def test_rows_are_written_as_the_options_take_them(rows: set[int]) -> None:
    choice = choice_of(Settings(rows=written(rows) or "9999"))
    assert {row for row in range(1, 5001) if row in choice} == rows


def test_neighbours_are_written_as_a_range() -> None:
    assert written([57, 2, 3, 4, 6]) == "2-4,6,57"


@pytest.mark.parametrize("text", ["a", "2-", "-2", "4-2", "0", "2,,3", "1.5", "2-4-6", "9" * 5000])
def test_what_is_not_a_list_of_rows_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="--rows"):
        choice_of(Settings(rows=text))


@pytest.mark.parametrize(("text", "wrong"), [("0-3", "“0-3” begins with row 0"), ("5,4-2", "“4-2” holds no row")])
def test_a_refused_range_is_told_what_is_wrong_with_it(text: str, wrong: str) -> None:
    with pytest.raises(CannotStart, match=wrong):
        choice_of(Settings(except_rows=text))


def test_an_apply_sends_the_chosen_rows_and_leaves_out_the_rest(
    server: FaultServer, campfire: Campfire, preview: Ran
) -> None:
    ran = campfire("apply", preview.run, "--rows", "2-5,9", "--except", "4", *OPTIONS)
    assert ran.exit_code == 0
    assert {n for n, status in ran.statuses.items() if status == "updated"} == {1, 2, 4, 8}
    assert ran.json["counts"]["left_out"] == 6
    assert {asked.customer for asked in server.asked("PUT")} == {1, 2, 4, 8}
    judge_bodies(server, WISHES)
    assert campfire("resume", ran.run, *OPTIONS).json["counts"]["left_out"] == 6, "a resume does not send them"
    assert len(server.asked("PUT")) == 4


def test_a_row_that_does_not_exist_is_refused(server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    for option in ("--rows", "--except"):
        ran = campfire("apply", preview.run, option, "2,99", *OPTIONS)
        assert (ran.exit_code, server.asked("PUT")) == (2, [])
        assert "row 99" in ran.stderr


def test_an_undo_of_a_part_can_be_followed_by_an_undo_of_the_rest(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    before = {number: dict(record) for number, record in server.records.items()}
    server.puts = {5: ["reset-after-apply"]}  # of which the run's row says something
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    part = campfire("undo", ran.run, "--rows", "2-4", *OPTIONS)
    assert (part.exit_code, part.json["counts"]["updated"], part.json["counts"]["left_out"]) == (0, 3, 7)
    left_out = list(JournalReader(part.state / "journal.sqlite3").rows(part.run, Status.LEFT_OUT))
    assert {(row.message, row.http_status) for row in left_out} == {("", None)}, "nothing of what the run said"
    rest = campfire("undo", ran.run, *OPTIONS)
    assert (rest.exit_code, rest.json["counts"]["updated"], rest.json["counts"]["unchanged"]) == (0, 7, 3)
    for number, record in before.items():
        assert server.records[number]["terms"] == record["terms"]


def test_a_run_id_needs_four_characters(campfire: Campfire, preview: Ran) -> None:
    for name in ("", "2", "202"):
        ran = campfire("undo", name, *OPTIONS)
        assert ran.exit_code == 2
    assert "4 characters" in ran.stderr
