"""What a run changed is put back, where the field still holds what the run wrote."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.fault_http import Asked
from tests.support.fault_records import customer
from tests.support.fault_server import Drift, FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
WISHES = wishes_for(range(1, 13))
BLOCKED = (403, {"Content-Type": "text/html"}, b"<html><h1>Request blocked</h1></html>")


@pytest.fixture
def done(server: FaultServer, campfire: Campfire, tmp_path: Path) -> Ran:
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), *OPTIONS)
    assert ran.exit_code == 0
    return ran


def as_at_first(server: FaultServer, *but: int) -> bool:
    return not any(server.changed(n) for n in server.records if n not in but)


def test_everything_is_as_it_was(server: FaultServer, campfire: Campfire, done: Ran) -> None:
    assert not as_at_first(server)
    ran = campfire("undo", done.run, *OPTIONS)
    assert (ran.exit_code, ran.json["mode"]) == (0, "undo")
    assert as_at_first(server)
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT")) == 24
    again = campfire("undo", done.run, *OPTIONS)
    assert set(again.statuses.values()) == {"unchanged"}
    assert len(server.asked("PUT")) == 24


def test_a_look_at_it_sends_nothing(server: FaultServer, campfire: Campfire, done: Ran) -> None:
    ran = campfire("undo", done.run, "--dry-run", *OPTIONS)
    assert ran.exit_code == 0
    assert set(ran.statuses.values()) == {"would update"}
    assert len(server.asked("PUT")) == 12


def test_an_undo_can_itself_be_undone(server: FaultServer, campfire: Campfire, done: Ran) -> None:
    after = {n: dict(record) for n, record in server.records.items()}
    undone = campfire("undo", done.run, *OPTIONS)
    campfire("undo", undone.run, *OPTIONS)
    for n, record in server.records.items():
        assert record | {"last_modified_at": ""} == after[n] | {"last_modified_at": ""}


def test_what_somebody_has_changed_since_is_left_and_named_and_the_rest_put_back(
    server: FaultServer, campfire: Campfire, done: Ran
) -> None:
    server.records[4]["terms"] = "net_90"
    server.records[5]["notes"] = "somebody was here"  # its terms are put back
    server.records[6]["contacts"][0]["email"] = "somebody@example.com"
    server.records[7]["city"] = "Shelbyville"  # a field that the run has not touched
    ran = campfire("undo", done.run, *OPTIONS)
    assert ran.exit_code == 1
    assert {n for n, status in ran.statuses.items() if status == "conflict"} == {4, 5, 6}
    assert server.changed(4) == {"terms": "net_90"}
    assert server.changed(5) == {"notes": "somebody was here"}
    assert server.changed(6)["contacts"][0]["email"] == "somebody@example.com"
    assert server.changed(7) == {"city": "Shelbyville"}
    assert as_at_first(server, 4, 5, 6, 7)
    messages = {told.customer: told.message for told in ran.told}
    assert "Payment Terms" in messages[4]
    assert "Notes" in messages[5]
    assert "Payment Terms" not in messages[5]
    assert not server.asked("PUT", 4)[1:]


def test_a_change_that_comes_between_the_look_and_the_sending_is_kept(
    server: FaultServer, campfire: Campfire, done: Ran
) -> None:
    seen = len(server.asked("GET", 8))
    server.drift = {8: [Drift("GET", seen + 1, {"terms": "net_90", "city": "Shelbyville"})]}
    campfire("undo", done.run, *OPTIONS)
    assert server.changed(8) == {"terms": "net_90", "city": "Shelbyville"}


@pytest.mark.usefixtures("short_pauses")
def test_faults_on_the_way_change_nothing_of_that(server: FaultServer, campfire: Campfire, done: Ran) -> None:
    server._scripts.clear()
    server.puts = {
        1: ["502"],
        2: ["reset-after-apply"],
        3: ["html"],
        4: ["cut-after-apply"],
        9: ["wrong-id-after-apply"],
    }
    ran = campfire("undo", done.run, *OPTIONS)
    assert ran.exit_code == 0
    assert as_at_first(server)
    assert set(ran.statuses.values()) == {"updated"}


def contacts_sheet(tmp_path: Path, server: FaultServer, contacts: list[dict[str, Any]] | None) -> Path:
    server.reset(customer(n, contacts=contacts) for n in (1, 2))
    sheet = tmp_path / "contacts.csv"
    sheet.write_text(
        "Customer ID,Billing Contact Email,Billing Contact First Name\n1,new@example.com,New\n2,new@example.com,\n",
        encoding="utf-8",
    )
    return sheet


def test_an_appended_contact_goes_again(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    ran = campfire("run", contacts_sheet(tmp_path, server, []), *OPTIONS)
    assert ran.json["counts"]["updated"] == 2
    assert [len(server.records[n]["contacts"]) for n in (1, 2)] == [1, 1]
    undone = campfire("undo", ran.run, *OPTIONS)
    assert undone.exit_code == 0
    assert as_at_first(server)


def test_an_appended_contact_to_which_somebody_has_added_stays(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    ran = campfire("run", contacts_sheet(tmp_path, server, []), *OPTIONS)
    server.records[1]["contacts"][0]["phone_number"] = "+1 202 555 0100"
    undone = campfire("undo", ran.run, *OPTIONS)
    assert undone.statuses == {1: "conflict", 2: "updated"}
    assert len(server.records[1]["contacts"]) == 1
    assert as_at_first(server, 1)


def test_what_was_refused_or_not_sent_is_not_put_back(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.puts = {2: ["400"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS, "--concurrency", "1", "--first", "5")
    assert ran.exit_code == 3
    undone = campfire("undo", ran.run, *OPTIONS)
    assert set(undone.statuses) == {1, 3, 4, 5}
    assert as_at_first(server)


@pytest.mark.usefixtures("short_pauses")
def test_what_arrived_before_the_api_refused_the_rest_is_put_back(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.puts = {1: ["reset-after-apply", "400"]}

    def somebody_puts_the_notes_back(asked: Asked) -> None:
        if asked.method == "GET" and server.asked("PUT", 1):
            server.records[1]["notes"] = server.at_first[1]["notes"]

    server.hook = somebody_puts_the_notes_back
    sheet = write_sheet(tmp_path / "e.csv", {1: {"terms": "net_45", "notes": "new"}})
    ran = campfire("run", sheet, *OPTIONS)
    assert ran.statuses == {1: "rejected"}
    assert server.changed(1) == {"terms": "net_45"}
    assert campfire("undo", ran.run, *OPTIONS).statuses == {1: "updated"}
    assert as_at_first(server)


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_what_is_in_doubt_is_put_back_too(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """The run gave up, and the change had arrived all the same."""
    server.puts = {3: ["reset-after-apply"]}
    server.gets = {3: ["ok", "502", "502"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS, "--max-attempts", "2")
    assert ran.statuses[3] == "failed"
    assert server.changed(3)
    undone = campfire("undo", ran.run, *OPTIONS)
    assert undone.exit_code == 0
    assert as_at_first(server)


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_what_was_in_doubt_and_put_back_is_not_sent_again_by_a_resume(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The record holds what was there before, as if the update had never arrived. What never left is sent."""
    server.puts = {3: ["reset-after-apply"]}
    server.gets = {3: ["ok", "502", "502"]}
    sheet = write_sheet(tmp_path / "e.csv", WISHES)
    ran = campfire("run", sheet, *OPTIONS, "--max-attempts", "2", "--first", "8")
    assert (ran.statuses[3], ran.statuses[12]) == ("failed", "not sent")
    undone = campfire("undo", ran.run, *OPTIONS)
    assert as_at_first(server)
    resumed = campfire("resume", ran.run, *OPTIONS)
    assert resumed.exit_code == 0
    assert resumed.statuses == dict.fromkeys(WISHES, "updated") | {3: "left out"}
    assert not server.changed(3)
    assert server.changed(12)
    assert f"{ran.run} was undone by {undone.run}, so 1 row (first row 4) will be left out." in resumed.stderr
    assert f"campfire-sync run {sheet} --again" in resumed.stderr
    assert next(told.message for told in resumed.told if told.customer == 3).startswith(
        f"The undo {undone.run} includes"
    )


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_what_was_put_back_and_sent_again_by_an_undo_of_that_undo_is_in_doubt_no_more_than_before(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.puts = {3: ["reset-after-apply"]}
    server.gets = {3: ["ok", "502", "502"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS, "--max-attempts", "2")
    undone = campfire("undo", ran.run, *OPTIONS)
    campfire("undo", undone.run, *OPTIONS)
    assert campfire("resume", ran.run, *OPTIONS).statuses == dict.fromkeys(WISHES, "updated")
    assert server.changed(3)


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_what_a_firewall_refused_after_a_lost_answer_is_not_sent_again_once_it_is_put_back(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """It is rejected, and a resume tries it again all the same."""
    server.raw = {"blocked": BLOCKED}
    server.puts = {3: ["reset", "raw:blocked"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS, "--first", "8")
    assert ran.statuses[3] == "rejected"
    undone = campfire("undo", ran.run, *OPTIONS)
    resumed = campfire("resume", ran.run, *OPTIONS)
    assert resumed.statuses[3] == "left out"
    assert f"{ran.run} was undone by {undone.run}, so 1 row (first row 4) will be left out." in resumed.stderr
    assert not server.changed(3)


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_what_an_undo_left_out_since_it_was_undone_itself_is_put_back_by_another_undo(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The sheet would do the opposite."""
    server.raw = {"blocked": BLOCKED}
    server.puts = {3: ["ok", "reset", "raw:blocked"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS)
    undone = campfire("undo", ran.run, *OPTIONS, "--first", "8")
    campfire("undo", undone.run, *OPTIONS)
    resumed = campfire("resume", undone.run, *OPTIONS)
    assert resumed.statuses[3] == "left out"
    assert f"To send them all the same: campfire-sync undo {ran.run}" in resumed.stderr
    campfire("undo", ran.run, *OPTIONS)
    assert as_at_first(server)


@pytest.mark.usefixtures("short_pauses", "lasting_records")
def test_a_look_at_an_undo_keeps_nothing_from_being_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.puts = {3: ["reset"]}
    server.gets = {3: ["ok", "502", "502"]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), *OPTIONS, "--max-attempts", "2")
    campfire("undo", ran.run, *OPTIONS, "--dry-run")
    assert campfire("resume", ran.run, *OPTIONS).statuses[3] == "updated"
    assert server.changed(3)


@pytest.mark.usefixtures("short_pauses")
def test_what_a_lost_answer_changed_is_put_back_though_somebody_came_in_between(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """One PUT arrived and its answer did not, the other did not arrive; then one of their fields is somebody's."""
    server.puts = {1: ["reset-after-apply"], 5: ["502"]}
    server.drift = {n: [Drift("GET", 2, {"terms": "net_90"})] for n in (1, 5)}
    wishes = {n: WISHES[n] for n in (1, 5)}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS)
    assert set(ran.statuses.values()) == {"conflict"}
    campfire("undo", ran.run, *OPTIONS)
    for n in wishes:
        assert server.records[n]["notes"] == server.at_first[n]["notes"]
        assert server.records[n]["terms"] == "net_90"


def test_an_edit_that_somebody_had_made_before_it_was_sent_is_not_put_back(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.drift = {1: [Drift("GET", 1, {"terms": "net_90"})]}  # planned by the list, and read again to be sent
    sheet = write_sheet(tmp_path / "e.csv", {n: {"terms": "net_90", "notes": "new"} for n in (1, 2)})
    ran = campfire("run", sheet, *OPTIONS)
    assert len(server.asked("GET", 1)) == 1
    assert server.records[1]["notes"] == "new"
    campfire("undo", ran.run, *OPTIONS)
    assert server.changed(1) == {"terms": "net_90"}


@pytest.mark.usefixtures("short_pauses")
def test_what_an_apply_sent_before_a_conflict_is_put_back(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    preview = campfire("run", write_sheet(tmp_path / "e.csv", {1: WISHES[1]}), "--dry-run", *OPTIONS)
    server.puts = {1: ["reset-after-apply"]}
    server.drift = {1: [Drift("GET", 3, {"terms": "net_90"})]}
    applied = campfire("apply", preview.run, *OPTIONS)
    assert applied.statuses == {1: "conflict"}
    campfire("undo", applied.run, *OPTIONS)
    assert server.records[1]["notes"] == server.at_first[1]["notes"]
    assert server.records[1]["terms"] == "net_90"


def test_an_apply_can_be_undone(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    preview = campfire("run", write_sheet(tmp_path / "e.csv", WISHES), "--dry-run", *OPTIONS)
    applied = campfire("apply", preview.run, *OPTIONS)
    assert len(server.asked("PUT")) == 12
    assert campfire("undo", preview.run, *OPTIONS).exit_code == 2
    assert campfire("undo", applied.run, *OPTIONS).exit_code == 0
    assert as_at_first(server)


def test_an_undo_can_be_stopped_after_the_first_and_gone_on_with(
    server: FaultServer, campfire: Campfire, done: Ran
) -> None:
    ran = campfire("undo", done.run, *OPTIONS, "--first", "5")
    assert ran.exit_code == 3
    assert len(server.asked("PUT")) == 17
    again = campfire("resume", *OPTIONS)
    assert again.exit_code == 0
    assert as_at_first(server)


@pytest.mark.usefixtures("short_pauses")
def test_an_undo_without_reading_is_not_made(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """A run that did not read does not know what was there before: its rows are left, and said to be."""
    mapping = tmp_path / "mapping.yaml"
    lines = "id: Customer ID\ncolumns: {Payment Terms: terms, Customer Name: name}\n"
    mapping.write_text(
        lines + "constants: {customer: 42, stripe_connection: 7, vendor_type: customer}\n", encoding="utf-8"
    )
    wishes = {n: {"name": f"Example {n}", "terms": "net_45"} for n in (1, 2)}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS, "--no-read", "--mapping", mapping)
    assert ran.exit_code == 0
    puts = len(server.asked("PUT"))
    undone = campfire("undo", ran.run, *OPTIONS)
    assert set(undone.statuses.values()) == {"conflict"}
    assert all(told.message.startswith("The run did not see what the record held before") for told in undone.told)
    assert not any("by somebody" in told.message for told in undone.told)
    assert len(server.asked("PUT")) == puts


def test_an_undo_has_no_sheet_of_its_own_and_repeats_none_of_its_warnings(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City,Notes\n1,Trieste,N/A\n", encoding="utf-8")
    ran = campfire("run", tmp_path / "edits.csv", *OPTIONS)
    assert [warning["kind"] for warning in ran.json["warnings"]] == ["placeholder_text"]
    undone = campfire("undo", ran.run, "--strict", *OPTIONS)
    assert (undone.exit_code, undone.json["warnings"]) == (0, [])
    shown = {str(cell.value) for row in openpyxl.load_workbook(undone.json["results"])["Summary"] for cell in row}
    assert f"Undo {undone.run} of run {ran.run}: what was put back" in shown
    assert "Look at this first" not in shown
    again = campfire("undo", undone.run, *OPTIONS)
    summary = openpyxl.load_workbook(again.json["results"])["Summary"]
    assert summary["A1"].value == f"Undo {again.run} of undo {undone.run}: what was put back"
    listed = campfire("runs").stdout
    assert f"  1 put back, of run {ran.run}" in listed
    assert f"  1 put back, of undo {undone.run}" in listed


def test_a_second_undo_says_that_all_is_back(server: FaultServer, campfire: Campfire, done: Ran) -> None:
    words = "Everything has been put back already. Nothing was sent."
    for _ in range(2):
        assert words not in campfire("undo", done.run, "--rows", "2-4", *FAST).stdout, "the other rows are not"
    assert words not in campfire("undo", done.run, *FAST).stdout
    assert words in campfire("undo", done.run, *FAST).stdout


@pytest.mark.parametrize("command", ["report", "resume"])
def test_a_run_that_was_undone_is_not_offered_for_undo_again(
    server: FaultServer, campfire: Campfire, done: Ran, command: str
) -> None:
    offer = f"campfire-sync undo {done.run}"
    assert offer in campfire(command, done.run).stdout
    part = campfire("undo", done.run, "--rows", "2-4", *OPTIONS)
    assert part.exit_code == 0
    assert offer in campfire(command, done.run).stdout, "the other rows can still be put back"
    undone = campfire("undo", done.run, *OPTIONS)
    looked = campfire(command, done.run).stdout
    assert offer not in looked
    assert f"This run was put back by {part.run} and {undone.run}." in looked


def test_a_run_of_which_a_part_could_not_be_put_back_is_not_called_put_back(
    server: FaultServer, campfire: Campfire, done: Ran
) -> None:
    server.records[4]["terms"] = "net_90"
    undone = campfire("undo", done.run, *OPTIONS)
    assert undone.json["counts"]["conflict"] == 1
    looked = campfire("report", done.run).stdout
    assert "This run was put back" not in looked
    assert f"campfire-sync undo {done.run}" in looked


def test_an_undo_of_a_preview_names_the_run_that_sent_it(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    preview = campfire("run", write_sheet(tmp_path / "edits.csv", WISHES), "--dry-run", *OPTIONS)
    assert "It was sent" not in campfire("undo", preview.run, *FAST).stderr
    applied = campfire("apply", preview.run, *OPTIONS)
    refused = campfire("undo", preview.run, *FAST)
    assert refused.exit_code == 2
    assert f"It was sent as {applied.run}; undo that: campfire-sync undo {applied.run}" in refused.stderr
