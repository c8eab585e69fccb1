"""The same file again, a sheet that was corrected before a resume, a file that was moved: content decides."""

from pathlib import Path

from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 7))


def test_a_file_that_was_sent_before_is_refused_and_its_run_named(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """A cron job with last month's path would put back what a colleague has changed since."""
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    first = campfire("run", sheet, *OPTIONS)
    server.records[4]["terms"] = "net_10"
    copy = tmp_path / "renamed.csv"
    copy.write_bytes(sheet.read_bytes())
    for path in (sheet, copy):
        again = campfire("run", path, *OPTIONS)
        assert again.exit_code == 2
        assert first.run in again.stderr
        assert "--again" in again.stderr
    assert len(server.asked("PUT")) == 6
    assert server.records[4]["terms"] == "net_10"


def test_with_again_a_file_is_sent_once_more(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    campfire("run", sheet, *OPTIONS)
    server.records[4]["terms"] = "net_10"
    again = campfire("run", sheet, *OPTIONS, "--again")
    assert (again.exit_code, again.json["counts"]["updated"]) == (0, 1)


def test_a_dry_run_of_a_file_that_was_sent_before_warns(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    first = campfire("run", sheet, *OPTIONS)
    preview = campfire("run", sheet, "--dry-run", *OPTIONS)
    assert preview.exit_code == 0
    assert any(first.run in warning["message"] for warning in preview.json["warnings"])


def test_a_file_that_only_a_preview_or_another_server_has_seen_is_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    campfire("run", sheet, "--dry-run", *OPTIONS)
    assert campfire("run", sheet, *OPTIONS).exit_code == 0
    with FaultServer(dict(record) for record in server.records.values()) as other:
        assert campfire("run", sheet, *OPTIONS, "--base-url", other.url).exit_code == 0


def test_a_resume_with_a_corrected_sheet_is_refused_and_names_it(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    campfire("run", sheet, *OPTIONS, "--first", "2")
    write_sheet(sheet, {**WISHES, 4: {"terms": "net_105"}})
    refused = campfire("resume", *OPTIONS)
    assert refused.exit_code == 2
    assert "edits.csv has changed" in refused.stderr
    assert len(server.asked("PUT")) == 2
    assert campfire("resume", *OPTIONS, "--as-started").exit_code == 0
    judge_bodies(server, WISHES)


def test_a_resume_with_another_mapping_is_refused_and_names_it(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("id: Customer ID\ncolumns: {Notes: notes, Payment Terms: terms}\n", encoding="utf-8")
    sheet = write_sheet(tmp_path / "edits.csv", {n: {"terms": "net_45"} for n in range(1, 7)})
    campfire("run", sheet, "--mapping", mapping, *OPTIONS, "--first", "2")
    mapping.write_text("id: Customer ID\ncolumns: {Payment Terms: status}\n", encoding="utf-8")
    refused = campfire("resume", *OPTIONS)
    assert (refused.exit_code, len(server.asked("PUT"))) == (2, 2)
    assert "mapping.yaml has changed" in refused.stderr
    assert f"Run the corrected file: campfire-sync run {sheet} --mapping {mapping}. To continue" in refused.stderr


def test_a_resume_without_the_sheet_continues(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    campfire("run", sheet, *OPTIONS, "--first", "2")
    sheet.rename(tmp_path / "moved.csv")
    assert campfire("resume", *OPTIONS).exit_code == 0


def test_an_undo_that_stopped_is_resumed_whatever_the_sheet_says_by_now(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, *OPTIONS)
    campfire("undo", ran.run, *OPTIONS, "--first", "2")
    write_sheet(sheet, {1: {"terms": "net_10"}})
    assert campfire("resume", *OPTIONS).exit_code == 0


def test_who_and_why_stand_in_the_result(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", WISHES)
    ran = campfire("run", sheet, *OPTIONS, "--reason", "year-end terms")
    assert ran.json["by"].count("@") == 1
    assert ran.json["approved_by"] == []
