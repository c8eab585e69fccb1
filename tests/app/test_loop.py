"""The whole loop in a real browser: from a dropped sheet to a sent and undone run, with the sandbox."""

import csv
import hashlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sync.journal.reader import JournalReader
from tests.app.conftest import RunningApp
from tests.support.product import ROOT

SAMPLE = ROOT / "samples" / "customer_edits.csv"


def sheet(
    folder: Path, *rows: tuple[str, ...], headers: tuple[str, ...] = ("Customer ID", "City", "Payment Terms")
) -> Path:
    """A small sheet of edits of the sandbox's customers."""
    path = folder / "edits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def stored(app: RunningApp, customer: int, field: str) -> Any:
    """What the sandbox holds."""
    with sqlite3.connect(app.state / "sandbox" / "sandbox.sqlite3") as database:
        return database.execute(f"SELECT {field} FROM sandbox_customer WHERE id = ?", (customer,)).fetchone()[0]


def open_sheet(page: Any, path: Path) -> None:
    """Choose a file and go on to the columns."""
    page.get_by_label("Spreadsheet (").set_input_files(path)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Continue with this sheet").click()


def check(page: Any) -> None:
    """Take the columns as they are suggested."""
    page.get_by_role("button", name="Save and check the rows").click()
    page.wait_for_url("**/problems*")


def send(page: Any, count: int, button: str = "Send") -> None:
    """Confirm by typing the number of customers."""
    page.get_by_label("type the number of customers").fill(str(count))
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/runs/*")


def test_a_sheet_is_checked_previewed_sent_and_undone(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1001", "Springfield", ""), ("1002", "Shelbyville", "Net 60")))
    check(page)
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_url("**/runs/*")
    page.get_by_role("heading", name="What would change").wait_for()
    page.get_by_text("Springfield").first.wait_for()
    before = stored(app, 1001, "city")
    assert before != "Springfield"
    send(page, 2)
    page.get_by_role("heading", name="What was sent").wait_for()
    assert stored(app, 1001, "city") == "Springfield"
    assert stored(app, 1002, "terms") == "net_60"
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="What an undo would put back").wait_for()
    assert stored(app, 1001, "city") == "Springfield"
    send(page, 2, "Put this back")
    page.get_by_role("heading", name="What was put back").wait_for()
    assert stored(app, 1001, "city") == before


def test_a_warning_names_its_row_and_amounts_have_commas(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1001", "n/a", ""), ("1002", "Shelbyville", "")))
    check(page)
    warning = page.get_by_text("In the column “City” words that often mean nothing")
    assert "Row 2." in warning.inner_text()
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_url("**/runs/*")
    assert "Row 2." in warning.inner_text()
    page.get_by_text("Control totals").click()
    assert re.search(r"\d,\d{3}\.\d\d$", page.get_by_role("row", name="Total revenue").first.inner_text())
    send(page, 2)
    page.get_by_role("heading", name="What was sent").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="What an undo would put back").wait_for()
    assert not warning.is_visible(), "it is about the sheet, which an undo does not read"


def test_a_row_that_is_unticked_is_not_sent(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1001", "Springfield", ""), ("1002", "Shelbyville", "")))
    check(page)
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_url("**/runs/*")
    before = stored(app, 1001, "city")
    page.get_by_label("Send row 2").uncheck()
    page.locator("#to-send", has_text=re.compile("^1$")).wait_for()
    send(page, 1)
    page.get_by_role("heading", name="What was sent").wait_for()
    assert stored(app, 1001, "city") == before
    assert stored(app, 1002, "city") == "Shelbyville"
    page.get_by_text("left out").first.wait_for()


def test_a_wrong_number_sends_nothing(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1001", "Springfield", "")))
    check(page)
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_url("**/runs/*")
    page.get_by_label("type the number of customers").fill("7")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Nothing was sent").wait_for()
    assert stored(app, 1001, "city") != "Springfield"


def test_a_faulty_cell_is_corrected_where_it_is_shown_and_the_original_stays(
    app: RunningApp, page: Any, tmp_path: Path
) -> None:
    path = sheet(tmp_path, ("1001", "Springfield", "thirty"), ("1002", "Shelbyville", ""))
    content = path.read_bytes()
    open_sheet(page, path)
    check(page)
    cell = page.get_by_label("Row 2, Payment Terms")
    cell.fill("Net 90")
    page.get_by_role("button", name="Correct these cells").click()
    page.get_by_role("heading", name="No problems in 2 rows").wait_for()
    copies = sorted(found.name for found in app.state.glob("app/*/*.csv"))
    assert copies == ["edits.corrected.csv", "edits.csv"]
    assert next(app.state.glob("app/*/edits.csv")).read_bytes() == content
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_url("**/runs/*")
    page.get_by_text("Net 90").first.wait_for()
    facts = JournalReader(app.state / "journal.sqlite3").runs()[-1].facts
    assert facts.original_sha256 == hashlib.sha256(content).hexdigest()
    assert facts.file_sha256 != facts.original_sha256


def test_own_headers_and_spellings_are_matched_and_remembered(app: RunningApp, page: Any, tmp_path: Path) -> None:
    headers = ("Cust. No.", "Town", "Pmt terms")
    open_sheet(page, sheet(tmp_path, ("1001", "Springfield", "45 days"), headers=headers))
    assert page.get_by_label("Column with the customer's id").input_value() == "Cust. No."
    page.get_by_label("“45 days” means").select_option(label="Net 45")
    check(page)
    page.get_by_role("heading", name="No problems in 1 row").wait_for()
    page.goto(app.origin)
    open_sheet(page, sheet(tmp_path, ("1002", "Shelbyville", "45 days"), headers=headers))
    page.get_by_text("These are the choices that you saved").wait_for()
    assert page.get_by_label("“45 days” means").input_value() == "net_45"


def test_a_file_that_cannot_be_read_says_why(app: RunningApp, page: Any, tmp_path: Path) -> None:
    path = tmp_path / "edits.xlsx"
    path.write_text("this is no workbook", encoding="utf-8")
    page.get_by_label("Spreadsheet (").set_input_files(path)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("alert").wait_for()


def test_a_command_that_cannot_start_says_why_where_it_was_begun(app: RunningApp, page: Any, tmp_path: Path) -> None:
    """Without a key neither a preview nor an export of the real customers can start."""
    page.get_by_label("from the sandbox").uncheck()
    page.get_by_role("button", name="Export the customers").click()
    page.get_by_role("alert").get_by_text("API key").wait_for()
    page.get_by_label("Try it with the sandbox").uncheck()
    open_sheet(page, sheet(tmp_path, ("1001", "Springfield", "")))
    check(page)
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("alert").get_by_text("API key").wait_for()


def test_a_run_that_was_stopped_is_resumed_from_the_list(app: RunningApp, page: Any, tmp_path: Path) -> None:
    """The journal is the command line's own: a run that it began is listed, and goes on here."""
    path = sheet(tmp_path, ("1001", "Springfield", ""), ("1002", "Shelbyville", ""))
    options = ["--sandbox", "--first", "1", "--state-dir", str(app.state)]
    command = [sys.executable, "-m", "sync", "run", str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 3, done.stderr
    page.get_by_role("link", name="Past runs").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("button", name="Resume").click()
    page.wait_for_url("**/runs/*")
    page.get_by_text("2 customers changed").wait_for()
    assert stored(app, 1002, "city") == "Shelbyville"


def test_the_customers_are_exported_for_editing(app: RunningApp, page: Any) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export the customers").click()
    assert download.value.suggested_filename == "customers.xlsx"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_can_be_used_by_keyboard_screen_reader_and_phone(
    app: RunningApp, page: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def clean() -> None:
        found = Axe().run(page).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.context.set_default_timeout(20_000)
    clean()
    page.get_by_label("Spreadsheet (").set_input_files(SAMPLE)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Continue with this sheet").wait_for()
    clean()
    page.get_by_role("button", name="Continue with this sheet").click()
    page.get_by_role("button", name="Save and check the rows").wait_for()
    clean()
    check(page)
    clean()
    page.get_by_role("button", name="Preview the other").click()
    page.wait_for_url("**/runs/*")
    clean()
    page.get_by_role("link", name="Past runs").click()
    page.get_by_role("heading", name="Past runs").wait_for()
    clean()
