"""What a preview showed is sent, exactly, or not at all."""

from pathlib import Path

import pytest

from tests.support.fault_server import Drift, FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import holds, judge, judge_bodies, judge_records, laid_over, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return write_sheet(tmp_path / "edits.csv", wishes_for(range(1, 13)))


@pytest.fixture
def preview(campfire: Campfire, sheet: Path) -> Ran:
    ran = campfire("run", sheet, "--dry-run", *OPTIONS)
    assert ran.exit_code == 0
    return ran


WISHES = wishes_for(range(1, 13))


def test_what_the_preview_showed_is_sent(server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    ran = campfire("apply", preview.run, *OPTIONS)
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)
    assert (ran.exit_code, ran.json["mode"]) == (0, "apply")
    assert set(ran.statuses.values()) == {"updated"}
    assert len(server.asked("PUT")) == 12
    assert campfire("apply", preview.run, *OPTIONS).exit_code == 0
    assert len(server.asked("PUT")) == 12, "what is there already is not sent again"


@pytest.mark.parametrize("part", [slice(-2), slice(-4, None)], ids=["its beginning", "its end"])
def test_the_id_may_be_shortened(part: slice, server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    assert campfire("apply", preview.run[part], *OPTIONS).exit_code == 0
    assert len(server.asked("PUT")) == 12


def test_a_file_that_has_changed_since_refuses_the_whole(
    server: FaultServer, campfire: Campfire, preview: Ran, sheet: Path
) -> None:
    sheet.write_text(sheet.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    ran = campfire("apply", preview.run, *OPTIONS)
    assert ran.exit_code == 2
    assert "has changed" in ran.stderr
    assert not server.asked("PUT")


def test_a_file_that_was_moved_or_removed_since_is_no_obstacle(
    server: FaultServer, campfire: Campfire, preview: Ran, sheet: Path
) -> None:
    sheet.unlink()
    assert campfire("apply", preview.run, *OPTIONS).exit_code == 0
    assert len(server.asked("PUT")) == 12


def test_a_mapping_that_has_changed_since_refuses_the_whole(
    server: FaultServer, campfire: Campfire, sheet: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("id: Customer ID\ncolumns: {Payment Terms: terms}\nignore: [Comments]\n", encoding="utf-8")
    preview = campfire("run", sheet, "--dry-run", "--mapping", mapping, *OPTIONS)
    mapping.write_text("id: Customer ID\ncolumns: {Payment Terms: terms}\nignore: [Comment]\n", encoding="utf-8")
    assert campfire("apply", preview.run, *OPTIONS).exit_code == 2
    assert not server.asked("PUT")


def test_another_base_url_refuses_the_whole(server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    assert campfire("apply", preview.run, *OPTIONS, "--base-url", f"{server.url}/elsewhere").exit_code == 2
    assert not server.asked("PUT")


def test_what_is_no_preview_is_not_applied(server: FaultServer, campfire: Campfire, sheet: Path) -> None:
    ran = campfire("run", sheet, *OPTIONS)
    asked = len(server.log)
    assert campfire("apply", ran.run, *OPTIONS).exit_code == 2
    assert campfire("apply", "20200101-000000-0000", *OPTIONS).exit_code == 2
    assert len(server.log) == asked


def test_a_field_that_somebody_has_changed_since_makes_its_row_a_conflict(
    server: FaultServer, campfire: Campfire, preview: Ran
) -> None:
    server.records[4]["terms"] = "net_90"
    server.records[5]["notes"] = "somebody was here"
    server.records[6]["contacts"][0]["email"] = "somebody@example.com"
    ran = campfire("apply", preview.run, *OPTIONS)
    assert ran.exit_code == 1
    assert {n for n, status in ran.statuses.items() if status == "conflict"} == {4, 5, 6}
    assert not any(server.asked("PUT", n) for n in (4, 5, 6))
    assert len(server.asked("PUT")) == 9
    (of_terms,) = [told.message for told in ran.told if told.customer == 4]
    assert "Payment Terms was" in of_terms


def test_other_peoples_edits_of_other_fields_are_kept(server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    server.drift = {n: [Drift("GET", 1, {"city": "Shelbyville", "dba": None})] for n in range(1, 13)}
    ran = campfire("apply", preview.run, *OPTIONS)
    judge_bodies(server, WISHES)
    judge_records(server, WISHES)
    assert set(ran.statuses.values()) == {"updated"}
    assert {record["city"] for n, record in server.records.items() if n <= 12} == {"Shelbyville"}


def test_a_field_that_holds_already_what_it_would_become_is_no_conflict(
    server: FaultServer, campfire: Campfire, preview: Ran
) -> None:
    server.records[4]["terms"] = WISHES[4]["terms"]
    server.records[5]["terms"] = WISHES[5]["terms"]
    ran = campfire("apply", preview.run, *OPTIONS)
    assert (ran.statuses[4], ran.statuses[5]) == ("unchanged", "updated")
    assert not server.asked("PUT", 4)
    assert holds(server.records[5], WISHES[5])


def test_a_change_that_the_preview_did_not_show_is_not_made(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The row held its edits when it was previewed; by now it does not. Nobody has seen that change."""
    wishes = {n: {"terms": "net_45"} for n in range(1, 5)}
    server.records[2]["terms"] = "net_45"
    sheet = write_sheet(tmp_path / "e.csv", wishes)
    preview = campfire("run", sheet, "--dry-run", *OPTIONS)
    server.records[2]["terms"] = "net_90"
    ran = campfire("apply", preview.run, *OPTIONS)
    assert preview.statuses[2] == ran.statuses[2] == "unchanged"
    assert not server.asked("PUT", 2)
    assert server.records[2]["terms"] == "net_90"


@pytest.mark.usefixtures("short_pauses")
def test_faults_on_the_way_change_nothing_of_that(server: FaultServer, campfire: Campfire, preview: Ran) -> None:
    server.puts = {1: ["502"], 2: ["reset-after-apply"], 3: ["html"], 4: ["cut-after-apply"], 5: ["400"]}
    server.drift = {3: [Drift("GET", 2, {"zip_code": "99999"})]}
    ran = campfire("apply", preview.run, *OPTIONS)
    judge_bodies(server, WISHES)
    expected = dict.fromkeys(WISHES, "updated") | {5: "rejected", 3: "conflict"}
    assert ran.statuses == expected
    assert server.records[3]["zip_code"] == "99999"


@pytest.mark.usefixtures("short_pauses")
def test_a_conflict_after_a_lost_answer_does_not_hide_that_something_was_sent(
    server: FaultServer, campfire: Campfire, preview: Ran
) -> None:
    server.puts = {4: ["reset-after-apply"]}
    server.drift = {4: [Drift("GET", 2, {"terms": "net_90"})], 8: [Drift("GET", 1, {"terms": "net_90"})]}
    ran = campfire("apply", preview.run, *OPTIONS)
    told = {told.customer: told for told in ran.told}
    assert (told[4].status, told[4].attempts) == ("conflict", 1)
    assert "had been sent" in told[4].message
    assert (told[8].status, told[8].attempts) == ("conflict", 0)
    assert "had been sent" not in told[8].message
    assert server.records[4]["terms"] == server.records[8]["terms"] == "net_90"


def test_an_apply_can_be_stopped_after_the_first_and_gone_on_with(
    server: FaultServer, campfire: Campfire, preview: Ran
) -> None:
    ran = campfire("apply", preview.run, *OPTIONS, "--first", "5")
    assert ran.exit_code == 3
    assert len(server.asked("PUT")) == 5
    server.records[9]["notes"] = "somebody was here"
    again = campfire("resume", *OPTIONS)
    assert again.exit_code == 1
    assert again.statuses == dict.fromkeys(WISHES, "updated") | {9: "conflict"}
    judge_bodies(server, WISHES)
    assert laid_over(server.records[8], {}) == laid_over(server.at_first[8], WISHES[8])


def test_a_preview_with_invalid_rows_is_applied_without_them(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    wishes = wishes_for(range(1, 6)) | {3: {"terms": "nonsense"}, 77: {"terms": "net_45"}}
    preview = campfire("run", write_sheet(tmp_path / "e.csv", wishes), "--dry-run", *OPTIONS)
    judge(server, wishes, preview)
    ran = campfire("apply", preview.run, *OPTIONS)
    assert ran.exit_code == 1
    assert ran.statuses == {1: "updated", 2: "updated", 3: "invalid", 4: "updated", 5: "updated", 77: "rejected"}
    assert campfire("apply", preview.run, *OPTIONS, "--strict").exit_code == 2
