"""The personal data of an old run is in no file of the state directory any more, and what remains adds up."""

from pathlib import Path

import pytest

from sync.commands.forget import ToForget, forget
from sync.journal.reader import JournalReader
from sync.settings import Settings
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import write_sheet

OPTIONS = (*FAST, "--json")
NOTE = "Planted Remark About A Person"
WISHES = {n: {"notes": f"{NOTE} {n}", "terms": "net_45"} for n in range(1, 9)}


def traces(state: Path, text: str) -> list[str]:
    return [path.name for path in state.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_what_is_forgotten_is_in_no_file_and_the_counts_stay(
    server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path
) -> None:
    server.puts = {3: ["400"]}
    before = str(server.records[1]["name"])
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert traces(state, NOTE)
    assert traces(state, before)
    (state / "errors").mkdir()
    (state / "errors" / "error-1.txt").write_text(f"ValueError: {NOTE}", encoding="utf-8")
    assert campfire("forget", ran.run).exit_code == 0
    assert not traces(state, NOTE)
    assert not traces(state, before)
    record = JournalReader(state / "journal.sqlite3").run(ran.run)
    assert {status.key: count for status, count in record.counts.items()} == ran.json["counts"]
    assert record.facts.file_sha256 == ran.json["file_sha256"]
    assert record.requests.put == ran.json["requests"]["PUT"]
    assert len(list(JournalReader(state / "journal.sqlite3").rows(ran.run))) == 8


def test_the_files_shrink_to_what_is_kept(server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path) -> None:
    def size() -> int:
        return sum(path.stat().st_size for path in state.glob("journal*"))

    server.reset(customer(n) for n in range(1, 61))
    wishes = {n: {"notes": f"{NOTE} {n}"} for n in range(1, 61)}
    small = campfire("run", write_sheet(tmp_path / "small.csv", {1: {"terms": "net_45"}}), *OPTIONS)
    campfire("forget", small.run)
    empty = size()
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", wishes), *OPTIONS)
    full = size()
    campfire("forget", ran.run)
    assert full - empty > 60 * 4_000, "records, bodies and answers"
    assert size() - empty < 60 * 700, "counts, statuses, times"


def test_other_runs_are_left_as_they_are(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    first = campfire("run", write_sheet(tmp_path / "first.csv", {1: {"terms": "net_45"}}), *OPTIONS)
    second = campfire("run", write_sheet(tmp_path / "second.csv", {2: {"terms": "net_45"}}), *OPTIONS)
    campfire("forget", first.run)
    assert campfire("undo", second.run, *OPTIONS).json["counts"]["updated"] == 1


def test_a_run_is_not_called_put_back_because_what_sent_it_again_is_forgotten(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", {1: {"terms": "net_45"}}), *OPTIONS)
    undone = campfire("undo", ran.run, *OPTIONS)
    assert "put back by" in campfire("report", ran.run, "--json").stderr
    again = campfire("undo", undone.run, *OPTIONS)
    assert server.records[1]["terms"] == "net_45"
    campfire("forget", again.run)
    assert "put back by" not in campfire("report", ran.run, "--json").stderr


def test_a_forgotten_run_can_neither_be_undone_nor_continued_and_says_why(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, *OPTIONS, "--first", "3")
    campfire("forget", ran.run)
    puts = len(server.asked("PUT"))
    for command in ("undo", "resume", "report"):
        refused = campfire(command, ran.run)
        assert refused.exit_code == 2
        assert "was removed on" in refused.stderr
    assert len(server.asked("PUT")) == puts
    anew = campfire("run", sheet, *OPTIONS, "--or-resume")
    assert (anew.run != ran.run, anew.json["counts"]["updated"]) == (True, 5)


def test_the_same_file_is_still_known(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """Its hash stays, so that it is not sent again by mistake."""
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, *OPTIONS)
    campfire("forget", ran.run)
    assert campfire("run", sheet, *OPTIONS).exit_code == 2


def test_runs_before_a_date_are_forgotten(server: FaultServer, campfire: Campfire, state: Path, tmp_path: Path) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert campfire("forget", "--before", "2001-01-01").exit_code == 0
    assert traces(state, NOTE)
    done = campfire("forget", "--before", "2999-01-01")
    assert ran.run in done.stderr
    assert not traces(state, NOTE)
    for wrong in (("--before", "soon"), (), (ran.run, "--before", "2999-01-01"), ("2020-nothing",)):
        assert campfire("forget", *wrong).exit_code == 2


def test_a_preview_and_its_apply_are_named_to_each_other(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    preview = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), "--dry-run", *OPTIONS)
    applied = campfire("apply", preview.run, *OPTIONS)
    assert preview.run in campfire("forget", applied.run).stderr


def kept_sheet(state: Path, folder: str = "20260131-101500-0a1b2c") -> Path:
    """A sheet as the app keeps it: with a corrected copy beside it."""
    kept = state / "app" / folder
    kept.mkdir(parents=True)
    (kept / "choices.json").write_text("{}", encoding="utf-8")
    (kept / "edits.corrected.csv").write_text(NOTE, encoding="utf-8")
    return write_sheet(kept / "edits.csv", WISHES)


def test_what_the_app_keeps_of_a_sheet_goes_with_the_last_run_of_it(
    server: FaultServer, campfire: Campfire, state: Path
) -> None:
    sheet = kept_sheet(state)
    first = campfire("run", sheet, "--dry-run", *OPTIONS)
    second = campfire("run", sheet, *OPTIONS)
    done = campfire("forget", first.run)
    assert sheet.exists(), "the second run can still be undone"
    assert second.run in done.stderr
    done = campfire("forget", second.run)
    assert not sheet.parent.exists()
    assert not traces(state, NOTE)
    assert "still hold" not in done.stderr


@pytest.mark.parametrize("day", ["2020-02-01", "20200201", "2020-W05-6"])
def test_what_the_app_keeps_and_no_run_was_made_from_goes_by_its_age(
    day: str, campfire: Campfire, server: FaultServer, state: Path
) -> None:
    """A sheet that was dropped and never previewed, and an export."""
    sheet, export = kept_sheet(state, "20200131-101500-0a1b2c"), state / "app" / "20200201-090000-0a1b2d"
    export.mkdir()
    (export / "customers.xlsx").write_text(NOTE, encoding="utf-8")
    previewed = kept_sheet(state, "20200131-101500-0a1b2e")
    campfire("run", previewed, "--dry-run", *OPTIONS)
    done = campfire("forget", "--before", day)
    assert not sheet.parent.exists()
    assert "Removed: 1 sheet or export that the app kept and no run has used." in done.stderr
    assert export.exists()
    assert previewed.exists(), "its run is not that old"


def test_a_sheet_of_which_a_preview_was_made_while_somebody_was_asked_stays(
    campfire: Campfire, server: FaultServer, state: Path
) -> None:
    sheet = kept_sheet(state, "20200131-101500-0a1b2c")

    def agrees(what: ToForget) -> bool:
        assert what.sheets == 1
        return campfire("run", sheet, "--dry-run", *OPTIONS).exit_code == 0

    done = forget("", "2020-02-01", Settings(state_dir=state), agrees)
    assert (sheet.exists(), done.sheets) == (True, 0)


def test_a_file_that_is_not_the_apps_stays(campfire: Campfire, server: FaultServer, state: Path) -> None:
    """A person may keep a sheet in the state directory, or name a folder beside the app's own."""
    (state / "app" / "january").mkdir(parents=True)
    sheet = write_sheet(state / "app" / "january" / "edits.csv", WISHES)
    campfire("forget", campfire("run", sheet, *OPTIONS).run)
    assert sheet.exists()


def test_it_says_what_can_no_longer_be_done_and_which_files_are_left(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet, page, plan = write_sheet(tmp_path / "edits.csv", WISHES), tmp_path / "may.html", tmp_path / "may.plan"
    preview = campfire("run", sheet, "--dry-run", "--html", page, "--plan", plan, *OPTIONS)
    applied = campfire("apply", plan, *OPTIONS)
    again = campfire("report", applied.run, "--out", tmp_path / "again.xlsx", *OPTIONS[-1:])
    done = campfire("forget", preview.run)
    assert "This run can no longer be applied, continued, undone or reported." in done.stderr
    assert named(done.stderr) == {str(sheet), str(page), str(plan), preview.json["results"]}
    assert "Files that were copied, moved or sent elsewhere, and exports, are not known here." in done.stderr
    page.unlink()
    left = {str(sheet), str(plan), applied.json["results"], again.json["results"]}
    assert named(campfire("forget", applied.run).stderr) == left


def named(text: str) -> set[str]:
    """The files that are said to hold the data."""
    return {line.strip() for line in text.splitlines() if line.startswith("  ")}


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_list_of_runs_marks_a_forgotten_one(
    server: FaultServer, campfire: Campfire, tmp_path: Path, options: tuple[str, ...]
) -> None:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert "8 updated, forgotten" not in campfire("runs", *options).stdout
    campfire("forget", ran.run)
    wanted = '"forgotten": "2' if options else "8 updated, forgotten"
    assert wanted in campfire("runs", *options).stdout
