"""An API that takes an update and shows something else than what was sent, or shows it later."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.execution import freshness
from tests.support.fault_http import Asked
from tests.support.fault_server import Drift, FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import wishes_for, write_sheet

pytestmark = pytest.mark.usefixtures("short_pauses")
OPTIONS = (*FAST, "--json")


def message(ran: Ran) -> str:
    return " ".join(told.message for told in ran.told)


@pytest.fixture
def in_capitals(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API stores notes in capital letters."""
    apply = server.apply

    def apply_in_capitals(asked: Asked, ignored: tuple[str, ...] = ()) -> tuple[int, Any]:
        if asked.method == "PUT":
            asked.body["notes"] = asked.body["notes"].upper()
        return apply(asked, ignored)

    monkeypatch.setattr(server, "apply", apply_in_capitals)
    for record in server.records.values():
        record["notes"] = "BEFORE"


@pytest.mark.usefixtures("in_capitals")
def test_a_value_that_the_api_alters_is_not_said_to_be_somebody_elses(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", {2: {"terms": "net_45", "notes": "Call first"}})
    ran = campfire("run", sheet, *OPTIONS)
    assert ran.statuses == {2: "rejected"}
    assert "did not take Notes (asked for “Call first”, has “CALL FIRST”)" in message(ran)
    assert len(server.asked("PUT")) == 1


def test_values_that_the_api_did_not_take_stand_in_quotes_and_words_for_empty_do_not(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.records[2]["notes"] = ""
    server.raw = {"silent": (200, {}, b'{"id": 2}')}
    server.puts = {2: ["raw:silent"]}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", {2: {"notes": "first, has second"}}), *OPTIONS)
    assert "did not take Notes (asked for “first, has second”, has (empty))" in message(ran)


@pytest.mark.usefixtures("in_capitals")
def test_an_undo_puts_back_a_value_that_the_api_had_altered(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """It is listed among the changes as the record had it afterwards."""
    before = dict(server.records[2])
    sheet = write_sheet(tmp_path / "edits.csv", {2: {"terms": "net_45", "notes": "Call first"}})
    ran = campfire("run", sheet, *OPTIONS)
    changes = openpyxl.load_workbook(ran.json["results"])["Changes"].iter_rows(values_only=True)
    assert ("Notes", "BEFORE", "CALL FIRST") in [row[3:6] for row in changes]
    undone = campfire("undo", ran.run, *OPTIONS)
    assert undone.statuses == {2: "updated"}
    assert {name: server.records[2][name] for name in ("terms", "notes")} == {
        name: before[name] for name in ("terms", "notes")
    }


def test_what_somebody_changes_beside_an_update_that_was_not_taken_is_not_the_runs_own(
    server: FaultServer, campfire: Campfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undo of the undo would overwrite it."""
    sheet = write_sheet(tmp_path / "edits.csv", {2: {"terms": "net_45", "notes": "Call first"}})
    ran = campfire("run", sheet, *OPTIONS)
    apply = server.apply

    def apply_but_for_the_terms(asked: Asked, ignored: tuple[str, ...] = ()) -> tuple[int, Any]:
        answer = apply(asked, ("terms",) if asked.method == "PUT" else ignored)
        if asked.method == "PUT":
            server.records[2]["notes"] = "Somebody's own"
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(server, "apply", apply_but_for_the_terms)
        undone = campfire("undo", ran.run, *OPTIONS)
    assert undone.statuses == {2: "rejected"}
    campfire("undo", undone.run, *OPTIONS)
    assert server.records[2]["notes"] == "Somebody's own"


def test_an_update_that_the_api_has_put_aside_is_in_doubt_until_it_is_held(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """202: it has yet to do it, so a record that does not hold it is no refusal."""
    wishes = wishes_for([2, 3])
    sheet = write_sheet(tmp_path / "edits.csv", wishes)
    server.raw = {"later": (202, {}, b'{"status": "queued"}')}
    server.puts = {2: ["raw:later"], 3: ["raw:later"] * 2}
    ran = campfire("run", sheet, *OPTIONS, "--max-attempts", "2")
    assert ran.statuses == {2: "updated", 3: "failed"}
    assert "The update may have arrived all the same; resume finds out." in message(ran)
    assert campfire("resume", *OPTIONS).statuses[3] == "updated"


@pytest.mark.usefixtures("lasting_records")
@pytest.mark.parametrize("by_a_resume", [False, True])
def test_of_an_update_that_was_put_aside_and_held_later_it_is_not_said_that_its_answer_was_lost(
    by_a_resume: bool, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path / "edits.csv", {2: {"terms": "net_45"}})
    server.raw = {"later": (202, {}, b'{"status": "queued"}')}
    server.puts = {2: ["raw:later"]}
    if by_a_resume:
        campfire("run", sheet, *OPTIONS, "--max-attempts", "1")
        server.records[2]["terms"] = "net_45"
        ran = campfire("resume", *OPTIONS)
    else:
        server.drift = {2: [Drift("GET", 4 + len(freshness.PAUSES), {"terms": "net_45"})]}
        ran = campfire("run", sheet, *OPTIONS)
    assert (len(server.asked("PUT")), ran.statuses) == (1, {2: "updated"})
    assert (
        message(ran) == "Its answer (202) did not say whether the update was applied; the record holds what was sent."
    )


@pytest.mark.parametrize("code", [200, 201])
def test_a_row_that_the_api_did_not_take_repeats_the_status_of_its_answer(
    code: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.raw = {"silent": (code, {}, b'{"id": 2}')}
    server.puts = {2: ["raw:silent"]}
    ran = campfire("run", write_sheet(tmp_path / "edits.csv", {2: {"terms": "net_45"}}), *OPTIONS)
    assert ran.statuses == {2: "rejected"}
    assert f"The API said {code} and did not take Payment Terms" in message(ran)


def test_an_api_that_answers_with_texts_for_numbers_is_neither_sent_them_again_nor_called_changed(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.records[2]["parent"] = "17"
    sheet, mapping = tmp_path / "edits.csv", tmp_path / "mapping.yaml"
    sheet.write_text("Customer ID,Parent ID\n2,17\n", encoding="utf-8")
    mapping.write_text("id: Customer ID\ncolumns: {Parent ID: parent}\n", encoding="utf-8")
    assert campfire("run", sheet, "--mapping", mapping, *OPTIONS).statuses == {2: "unchanged"}
    assert server.asked("PUT") == []
