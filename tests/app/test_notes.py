"""What the app says while a command is in progress."""

from pathlib import Path

from sync.app.jobs import Recorder
from sync.commands.run import run
from sync.stop import StopSignal
from tests.app.conftest import RunningApp


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
