"""The whole loop in a real browser: from a dropped sheet to a sent and undone run."""

import csv
import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from sync.commands.run import run
from sync.journal.reader import JournalReader
from sync.model import Mode
from sync.progress import Progress
from sync.stop import StopSignal
from tests.app.conftest import RunningApp
from tests.app.usable import assert_usable
from tests.support.product import ROOT

HEADERS = ("Customer ID", "City", "Payment Terms")


def sheet(folder: Path, *rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> Path:
    """A small sheet of edits."""
    path = folder / "edits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def open_sheet(page: Any, path: Path) -> None:
    """Choose a file and go on to the columns."""
    page.get_by_label("Spreadsheet (").set_input_files(path)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Continue with this sheet").click()


def check(page: Any) -> None:
    """Take the columns as they are suggested."""
    page.get_by_role("button", name="Save and check the rows").click()
    page.wait_for_url("**/problems*")


def preview(page: Any) -> None:
    """See what the rows without a problem would change."""
    page.get_by_role("button", name=re.compile("See what would change|Preview the other")).click()
    page.get_by_role("heading", name="What would change", exact=True).wait_for()


def send(page: Any, count: int, button: str = "Send", then: str = "What was sent") -> None:
    """Confirm by typing the number of customers."""
    page.get_by_label("type the number of customers").fill(str(count))
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("heading", name=then).wait_for()


def test_a_sheet_is_checked_previewed_sent_and_undone(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1", "n/a", ""), ("2", "Shelbyville", "Net 60")))
    check(page)
    warning = page.get_by_text("The column “City” holds words that often stand for “nothing”")
    expect(warning).to_contain_text("Row 2.")
    preview(page)
    expect(warning).to_contain_text("Row 2.")
    page.get_by_text("Control totals").click()
    expect(page.get_by_role("row", name="Total revenue").first).to_have_text(re.compile(r"\d,\d{3}\.\d\d\s*$"))
    page.get_by_label("type the number of customers").fill("7")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("You typed 7, and 2 customers would change. Nothing was sent").wait_for()
    page.locator("#count:focus").wait_for()
    assert app.server.asked("PUT") == []
    send(page, 2)
    assert app.server.records[1]["city"] == "n/a"
    assert app.server.records[2]["terms"] == "net_60"
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="What an undo would put back").wait_for()
    page.wait_for_load_state()
    expect(warning, "it is about the sheet, which an undo does not read").not_to_be_visible()
    assert app.server.changed(2) != {}
    send(page, 2, "Put this back", "What was put back")
    assert [app.server.changed(number) for number in (1, 2)] == [{}, {}]


def test_what_is_unticked_is_not_sent_not_even_by_another_app(app: RunningApp, page: Any, tmp_path: Path) -> None:
    from sync.app.ticks import Ticks

    open_sheet(page, sheet(tmp_path, *((str(n), f"Ulm {n}", "Net 45" if n == 3 else "") for n in range(1, 6))))
    check(page)
    preview(page)
    page.get_by_label("Send row 2").uncheck()
    page.locator("#to-send", has_text=re.compile("^4$")).wait_for()
    page.get_by_text("4 of 5 customers are ticked to be sent.").wait_for()
    page.get_by_label("Search").fill("NET 45")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Send row 4").uncheck()
    page.locator("#to-send", has_text=re.compile("^3$")).wait_for()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    run_id = page.url.rpartition("/")[2].partition("?")[0]
    assert Ticks(app.state).unticked(run_id) == {2, 4}, "an app that is started anew knows it"
    send(page, 3)
    assert {asked.customer for asked in app.server.asked("PUT")} == {2, 4, 5}
    page.get_by_text("left out").first.wait_for()


def test_a_faulty_row_is_corrected_or_left_out_and_the_original_stays(
    app: RunningApp, page: Any, tmp_path: Path
) -> None:
    """A cell is corrected where it is shown; of two rows for one customer, and of the totals row, one is left out."""
    rows = [("1", "Ulm", "thirty"), ("2", "Bonn\n(new", ""), ("2", "Köln", ""), ("Total", "3", "")]
    path = sheet(tmp_path, *rows)
    content = path.read_bytes()
    open_sheet(page, path)
    check(page)
    page.get_by_role("heading", name="4 of 4 rows have a problem").wait_for()
    page.get_by_label("Row 2, Payment Terms").select_option("Net 90")
    page.get_by_label("Leave out row 3").check()
    page.get_by_label("Leave out row 5").check()
    page.get_by_role("button", name="Save in a copy").click()
    page.get_by_role("heading", name="No problems in 2 rows").wait_for()
    page.get_by_text("1 cell corrected; rows 3,5 left out").wait_for()
    assert [kept.name for kept in app.state.glob("app/*/*.csv") if kept.read_bytes() == content] == ["edits.csv"]
    preview(page)
    facts = JournalReader(app.state / "journal.sqlite3").runs()[-1].facts
    assert facts.original_sha256 == hashlib.sha256(content).hexdigest()
    assert facts.file_sha256 != facts.original_sha256
    assert facts.corrections == "1 cell corrected; rows 3,5 left out"
    page.go_back()
    page.get_by_role("button", name="Put the left-out rows back").click()
    page.get_by_role("heading", name="3 of 4 rows have a problem").wait_for()
    page.get_by_text("1 cell corrected)").wait_for()


def test_own_headers_and_spellings_are_matched_and_remembered(app: RunningApp, page: Any, tmp_path: Path) -> None:
    headers = ("Cust. No.", "Town", "Pmt terms")
    open_sheet(page, sheet(tmp_path, ("1", "Ulm", "45 days"), headers=headers))
    expect(page.get_by_label("Column with the customer's id")).to_have_value("Cust. No.")
    page.get_by_label("“45 days” means").select_option(label="Net 45")
    check(page)
    page.get_by_role("heading", name="No problems in 1 row").wait_for()
    page.goto(app.origin)
    open_sheet(page, sheet(tmp_path, ("2", "Bonn", "60 d"), headers=headers))
    page.get_by_text("as you saved them for sheets with these headers").wait_for()
    page.get_by_label("“60 d” means").select_option(label="Net 60")
    check(page)
    page.goto(app.origin)
    open_sheet(page, sheet(tmp_path, ("2", "Köln", "45 days"), headers=headers))
    expect(page.get_by_label("“45 days” means"), "what one sheet did not have is still known").to_have_value("net_45")


def test_what_a_mapping_file_says_beyond_the_columns_is_kept(app: RunningApp, page: Any, tmp_path: Path) -> None:
    """Somebody has added constants to the file that the app made."""
    headers = ("Customer Number", "Town")
    open_sheet(page, sheet(tmp_path, ("1", "Ulm"), headers=headers))
    check(page)
    mapping = next(path for path in app.state.glob("mappings/*.yaml") if "Customer Number" in path.read_text())
    text = mapping.read_text() + "constants: {notes: checked}\n"
    mapping.write_text(text)
    page.get_by_role("link", name="Back to the columns").click()
    page.get_by_text("The mapping file also has constants, which").wait_for()
    check(page)
    assert mapping.read_text() == text
    page.get_by_role("link", name="Back to the columns").click()
    page.get_by_label("Town").select_option(label="Notes")
    page.get_by_role("button", name="Save and check the rows").click()
    page.get_by_text("says more than this page shows (constants)").wait_for()
    assert mapping.read_text() == text


def test_what_cannot_be_done_says_why_where_it_was_begun(
    app: RunningApp, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edits.xlsx"
    path.write_text("this is no workbook", encoding="utf-8")
    page.get_by_label("Spreadsheet (").set_input_files(path)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("alert").wait_for()
    monkeypatch.setenv("CAMPFIRE_API_KEY", "")
    page.goto(app.origin)
    page.get_by_label("From the sandbox").uncheck()
    page.get_by_role("button", name="Export the customers").click()
    page.get_by_role("alert").get_by_text("API key").wait_for()
    page.get_by_label("Try it with the sandbox").uncheck()
    open_sheet(page, sheet(tmp_path, ("1", "Ulm", "")))
    check(page)
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("alert").get_by_text("API key").wait_for()


def test_whatever_did_not_work_leads_back_to_where_it_was_tried(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1", "Ulm", "thirty"), ("2", "Bonn", "thirty")))
    check(page)
    problems = page.url
    page.goto(f"{app.origin}/sheets/20260101-000000-abcdef", referer=problems)
    page.get_by_text("The app has not kept this sheet").wait_for()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("heading", name="2 of 2 rows have a problem").wait_for()


def test_a_run_of_the_command_line_is_listed_and_resumed(app: RunningApp, page: Any, tmp_path: Path) -> None:
    settings = replace(app.settings, first=1)
    run(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")), settings, False, StopSignal(20), Progress())
    page.get_by_role("link", name="Past runs").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("2 customers were updated.").wait_for()
    assert app.server.records[2]["city"] == "Bonn"
    assert JournalReader(app.settings.journal).runs()[-1].facts.mode is Mode.RUN


def test_the_next_round_begins_with_what_is_left_to_fix(app: RunningApp, page: Any, tmp_path: Path) -> None:
    open_sheet(page, sheet(tmp_path, ("1", "Ulm", "thirty"), ("2", "Bonn", "")))
    check(page)
    preview(page)
    send(page, 1)
    page.get_by_role("button", name="Open “To fix”").click()
    page.get_by_role("heading", name="1 of 1 row has a problem").wait_for()
    page.get_by_label("Row 2, Payment Terms").select_option("Net 45")
    page.get_by_role("button", name="Save in a copy").click()
    page.get_by_role("heading", name="No problems in 1 row").wait_for()
    preview(page)
    send(page, 1)
    assert app.server.records[1]["terms"] == "net_45"
    page.get_by_text("From edits.round-2.corrected.xlsx to ").wait_for()


def test_the_sandbox_needs_nothing_but_a_tick(app: RunningApp, page: Any, tmp_path: Path) -> None:
    page.get_by_label("From the sandbox").check()
    page.get_by_role("button", name="Export the customers").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "customers.xlsx"
    page.get_by_role("link", name="Choose the edited file").click()
    expect(page.get_by_label("Try it with the sandbox"), "what was exported from there goes there").to_be_checked()
    open_sheet(page, sheet(tmp_path, ("1001", "Ulm", "")))
    check(page)
    preview(page)
    send(page, 1)
    city = "SELECT city FROM sandbox_customer WHERE id = 1001"
    with closing(sqlite3.connect(app.state / "sandbox" / "sandbox.sqlite3")) as database:
        (before,) = database.execute(city).fetchone()
        assert before == "Ulm"
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("link", name="Problems", exact=True).click()
    preview(page)
    page.get_by_text("Nothing would change").wait_for()
    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Start the sandbox over").click()
    page.get_by_text("The sandbox has started over").wait_for()
    with closing(sqlite3.connect(app.state / "sandbox" / "sandbox.sqlite3")) as database:
        assert database.execute(city).fetchone() != (before,)
    assert app.server.log == []


def test_every_step_can_be_used_by_keyboard_screen_reader_and_phone(page: Any) -> None:
    assert_usable(page)
    page.get_by_label("Try it with the sandbox").check()
    page.get_by_label("Spreadsheet (").set_input_files(ROOT / "samples" / "customer_edits.csv")
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Continue with this sheet").wait_for()
    assert_usable(page)
    page.get_by_role("button", name="Continue with this sheet").click()
    page.get_by_role("button", name="Save and check the rows").wait_for()
    assert_usable(page)
    check(page)
    assert_usable(page)
    preview(page)
    assert_usable(page)
    page.get_by_role("link", name="Past runs").click()
    page.get_by_role("heading", name="Past runs").wait_for()
    assert_usable(page)
