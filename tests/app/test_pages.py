"""What the pages say, without a browser."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from sync.app import draft_work
from sync.app.jobs import Recorder
from sync.app.pages import make_app
from sync.commands.run import run
from sync.settings import Settings
from sync.stop import StopSignal
from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient


def test_doubtful_rows_and_words_are_marked_where_they_are_ticked(client: AppClient, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer ID", "City", "Remarks of mine"], [1, "n/a", "x"], [2, "Ulm", ""], [3, "Bonn", ""]):
        book.active.append(row)
    book.active["A3"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "edits.xlsx")
    preview = client.preview(tmp_path / "edits.xlsx")
    page = client.page(preview)
    assert page.count("often means nothing") == 1
    assert page.count("struck through in the sheet") == 1
    assert page.index("n/a<") < page.index("often means nothing") < page.index('aria-label="Send row 3')
    assert page.index('aria-label="Send row 3') < page.index("struck through in the sheet") < page.index("Bonn")
    assert "Nothing in the column “Remarks of mine” is sent, since no field is chosen for it. Choose one in" in page
    undo = client.post(f"{client.send(preview)}/undo")
    assert "struck through" not in client.page(undo), "it is about the sheet, which an undo does not read"


def test_a_bare_number_in_a_column_of_codes_is_marked_where_its_row_is_ticked(
    client: AppClient, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer ID", "Phone Number", "City"], [1, 3315550104, "Ulm"], [2, "+33 1 555 0105", "Bonn"]):
        book.active.append(row)
    book.save(tmp_path / "edits.xlsx")
    preview = client.preview(tmp_path / "edits.xlsx")
    page = client.page(preview)
    assert page.count("a number in the sheet") == 1
    assert page.index("3315550104<") < page.index("a number in the sheet") < page.index('aria-label="Send row 3')


def test_what_to_do_about_a_warning_is_what_can_be_done_in_the_app(client: AppClient, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Customer ID", "City", "Zip Code"], [1, "Ulm", 2134], [2, "Bonn", "02134"], [3, "Rome", ""]):
        book.active.append(row)
    book.active["A2"].font = openpyxl.styles.Font(strike=True)
    book.active.column_dimensions["B"].hidden = book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "edits.xlsx")
    page = client.page(client.preview(tmp_path / "edits.xlsx"))
    assert "would be sent. Look through what would change in it, or choose “Do not send, no warning” for it in" in page
    assert "may be lost. Compare with your source. Untick in the preview a row that has lost one, or type it" in page
    assert "read all the same. Show all rows in Excel and look at them, and untick in the preview those that" in page
    assert "would be sent all the same. Untick in the preview the rows that should not be sent. Row 2." in page


def test_what_is_not_a_page_number_leads_to_the_first_page(client: AppClient, tmp_path: Path) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City\n4,Ulm\n", encoding="utf-8")
    preview = client.preview(tmp_path / "edits.csv")
    for page in ("0", "-1", "x", "9" * 5000):
        assert "Send row 2" in client.page(f"{preview}?page={page}")


def test_a_wrong_number_leads_back_to_the_form_which_keeps_the_reason(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City\n5,Ulm\n6,Bonn\n999,Rome\n", encoding="utf-8")
    preview = client.preview(tmp_path / "edits.csv")
    asked = len(app.server.asked("PUT"))
    address = client.post(f"{preview}/apply", [("count", "7"), ("reason", "moved & renamed")])
    assert address.startswith(preview)
    page = client.page(address)
    assert "You typed 7, and 2 customers would change. Nothing was sent." in page
    assert 'value="moved &amp; renamed"' in page
    client.post(f"{preview}/ticks", [("shown", "2"), ("shown", "3")])
    assert "No row is ticked" in client.page(client.post(f"{preview}/apply", [("count", "0")]))
    assert len(app.server.asked("PUT")) == asked


def test_the_page_of_a_command_says_that_it_is_the_sandbox(tmp_path: Path) -> None:
    app, done = make_app(Settings(state_dir=tmp_path)), threading.Event()

    async def page() -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return (await client.get("/job")).text

    for sandbox in (True, False):
        done.clear()
        job = app.state.jobs.start("Checking the rows", lambda stop, recorder: done.wait(), lambda job: "/", 3, sandbox)
        with ThreadPoolExecutor(1) as aside:  # Playwright keeps a loop running in this thread
            text = aside.submit(asyncio.run, page()).result()
        done.set()
        job.end.wait()
        assert ('<span class="tag">sandbox</span>' in text) is sandbox


def test_only_a_command_that_can_be_stopped_offers_to_stop_it(
    client: AppClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, check = threading.Event(), draft_work.check_keeping_rows

    def waits(*args: Any) -> Any:
        done.wait()
        return check(*args)

    monkeypatch.setattr(draft_work, "check_keeping_rows", waits)
    (tmp_path / "edits.csv").write_text("Customer ID,City\n1,Ulm\n")
    columns, fields = client.columns(tmp_path / "edits.csv")
    client.answer(columns, fields.items())
    page = client.page("/job")
    done.set()
    client.post("/job/stop")  # leads on once the check has ended
    assert '<h1 id="job-title">Checking the rows</h1>' in page
    assert "Stop" not in page
    assert "resume" not in page


def test_a_file_to_edit_says_how_much_it_holds_and_an_empty_one_what_to_fill_in(client: AppClient) -> None:
    export = client.post("/export")
    assert "It holds 40 customers. Download it" in client.page(export)
    assert "Download customers.xlsx" in client.page(export)
    template = client.page(client.post("/template"))
    assert "Download customers-template.xlsx" in template
    assert "Nothing is sent for a cell that you leave empty." in template


def test_the_progress_of_a_preview_counts_what_would_be_sent_and_that_of_a_run_only_what_was_sent(
    app: RunningApp, tmp_path: Path
) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City\n11,Ulm\n12,Bonn\n", encoding="utf-8")
    shown = []
    for dry_run in (True, False):
        run(tmp_path / "edits.csv", app.settings, dry_run, StopSignal(20), recorder := Recorder())
        shown.append(recorder.snapshot()["statuses"])
    assert shown == [{"would update": 2}, {"updated": 2}]


def test_the_preview_says_how_many_are_ticked(client: AppClient, tmp_path: Path) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City\n7,Ulm\n8,Bonn\n999,Rome\n", encoding="utf-8")
    preview = client.preview(tmp_path / "edits.csv")
    page = client.page(preview)
    assert "ticked to be sent" not in page
    client.post(f"{preview}/ticks", [("shown", "2"), ("shown", "3"), ("tick", "3")])
    assert "1 of 2 customers is ticked to be sent." in client.page(preview)


def test_a_column_without_a_header_is_not_looked_for_in_the_step_columns(client: AppClient, tmp_path: Path) -> None:
    (tmp_path / "edits.csv").write_text("Customer ID,City,\n4,Ulm,stray\n", encoding="utf-8")
    columns, fields = client.columns(tmp_path / "edits.csv")
    page = client.page(client.post(columns, fields.items()))
    assert "Column C has data from row 2 on and no header" in page
    assert "the step Columns" not in page
