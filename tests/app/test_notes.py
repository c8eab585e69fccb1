"""What the app says while a command is in progress, and where one did nothing."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from sync.app.jobs import Recorder
from sync.commands.run import run
from sync.progress import Progress
from sync.report.workbook import workbook
from sync.settings import BASE_URL
from sync.stop import StopSignal
from tests.app.conftest import RunningApp, serving_app
from tests.support.app_client import AppClient


def test_the_notes_speak_of_the_apps_own_steps_and_of_no_option(app: RunningApp, tmp_path: Path) -> None:
    sheet, recorder = tmp_path / "edits.csv", Recorder()
    sheet.write_text("Customer ID,Notes,Terms\n1,N/A,Net 45\n", encoding="utf-8")
    run(sheet, app.settings, True, StopSignal(20), recorder)
    doubts = [note for note in recorder.notes if "column “" in note]
    assert doubts[0].startswith("Nothing in the column “Terms” is sent, since no field is chosen for it. Choose one in")
    assert doubts[1].startswith("The column “Notes” holds words that often stand for “nothing” (“N/A”).")
    told = " ".join(recorder.notes)
    assert not [word for word in ("--", "campfire-sync ", "mapping file") if word in told]


def test_the_notes_of_an_earlier_runs_workbook_name_the_step_in_which_its_columns_are_chosen() -> None:
    recorder = Recorder()
    recorder.hint("To read them as that run did: --mapping ours.yaml", "Look at each field in the step Columns.")
    recorder.hint("To draft a mapping: campfire-sync mapping suggest edits.csv")
    assert recorder.notes == ["Look at each field in the step Columns."]


def test_a_missing_key_is_asked_for_where_the_app_takes_it(
    client: AppClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPFIRE_API_KEY", "")
    for refused in (client.page(client.preview(_sheet(tmp_path))), client.page(client.post("/export"))):
        assert "The API key is missing. Enter it on the start page, under “Your account”." in refused


def test_a_preview_whose_sheet_has_changed_is_refused_with_what_to_do_in_the_app(
    app: RunningApp, client: AppClient, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path)
    preview = run(sheet, app.settings, True, StopSignal(20), Progress()).run.facts.id
    sheet.write_text("Customer ID,City\n2,Ulm\n", encoding="utf-8")
    page = client.page(client.send(f"/runs/{preview}"))
    assert "has changed. Choose the file again on the start page, and make a new preview.</div>" in page
    assert app.server.asked("PUT") == []


def test_a_run_for_another_base_url_names_the_app_that_sends_there(app: RunningApp, tmp_path: Path) -> None:
    preview = run(_sheet(tmp_path), app.settings, True, StopSignal(20), Progress()).run.facts.id
    with serving_app(replace(app.settings, base_url=BASE_URL)) as address:
        elsewhere = AppClient(address)
        page = elsewhere.page(elsewhere.send(f"/runs/{preview}"))
    assert f"start it for that one: campfire-sync app --base-url {app.server.url}" in page


def test_a_workbook_that_cannot_be_written_is_asked_for_again_in_the_app(
    app: RunningApp, client: AppClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(path: Path, group: str) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    preview = client.preview(_sheet(tmp_path))
    for made in app.state.rglob("*.results.*.xlsx"):
        made.unlink()
    monkeypatch.setattr(workbook, "complete_file", full_disk)
    page = client.page(f"{preview}/results")
    assert "that the disk has room. When it can be written, come back for it.<" in page
    assert "campfire-sync report" not in page


def test_a_sheet_none_of_whose_columns_has_a_field_is_not_checked(client: AppClient, tmp_path: Path) -> None:
    columns, _ = client.columns(_sheet(tmp_path))
    page = client.answer(columns, [("id", "Customer ID"), ("field-1", "")])
    assert "Choose a field for at least one column: nothing would be sent." in page


def _sheet(folder: Path) -> Path:
    path = folder / "edits.csv"
    path.write_text("Customer ID,City\n1,Ulm\n", encoding="utf-8")
    return path
