"""The steps before a preview in a real browser: by keyboard alone, and whatever is asked in between."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.app.conftest import RunningApp
from tests.app.usable import assert_usable

_FOCUS = "(element => element.labels?.[0]?.innerText || element.ariaLabel || element.innerText)(document.activeElement)"


def upload(page: Any, app: RunningApp, folder: Path, *lines: str) -> None:
    path = folder / "edits.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    page.goto(app.origin)
    page.get_by_label("Spreadsheet (").set_input_files(path)
    page.get_by_role("button", name="Continue").first.click()
    page.wait_for_url("**/sheets/**")


def go_to(page: Any, words: str) -> None:
    """Press the tab key until what has the focus is called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in (page.evaluate(_FOCUS) or ""):
            return
    raise AssertionError(f"the tab key does not lead to “{words}” on {page.url}")


def test_the_first_steps_need_no_mouse(app: RunningApp, page: Any, tmp_path: Path) -> None:
    upload(page, app, tmp_path, "Customers, November;", "Customer ID;Pay", "1;thirty", "2;Net 30")
    go_to(page, "Use row 2 as the header")
    page.keyboard.press("Enter")
    page.get_by_text("Row 2").first.wait_for()
    go_to(page, "Continue with this sheet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/columns")
    go_to(page, "Pay")
    page.keyboard.type("Payment Terms")
    go_to(page, "Save and check the rows")
    page.keyboard.press("Enter")
    page.wait_for_url("**/problems")
    go_to(page, "Row 3, Pay")
    page.keyboard.type("Net 45")
    go_to(page, "Save in a copy")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="No problems in 2 rows").wait_for()
    go_to(page, "Columns")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Which column is which field?").wait_for()
    expect(page.locator("[aria-current=step]")).to_have_text("Columns")


def test_whatever_is_asked_in_between_can_be_used_by_screen_reader_and_phone(
    app: RunningApp, page: Any, tmp_path: Path
) -> None:
    upload(page, app, tmp_path, "Customers;", "Customer ID;City;Zip Code;Pay", "1;Ulm;2134;soon", "2;Bonn;;soon")
    assert_usable(page)
    page.get_by_role("button", name="Use row 2 as the header").click()
    page.get_by_role("button", name="Continue with this sheet").click()
    page.get_by_label("Column with the customer's id").select_option("City")
    page.get_by_role("button", name="Save and check the rows").click()
    page.get_by_role("heading", name="does not seem to hold customer ids").wait_for()
    assert_usable(page)
    page.get_by_role("button", name="Use “Customer ID” for the ids").click()
    page.wait_for_url("**/problems")
    page.get_by_role("link", name="Columns", exact=True).click()
    page.get_by_label("Pay", exact=True).select_option(label="Payment Terms")
    page.get_by_role("button", name="Save and check the rows").click()
    page.get_by_role("heading", name="You have changed saved choices").wait_for()
    assert_usable(page)
    page.get_by_role("button", name="Save the new choices").click()
    page.get_by_role("group", name="The same text in several rows").wait_for()
    assert_usable(page)
    page.get_by_label("Pay: “soon” in 2 rows").select_option("Net 45")
    page.get_by_role("button", name="Save in a copy").click()
    page.get_by_role("heading", name="No problems in 2 rows").wait_for()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_label("Row 3, Zip Code").fill("02139")
    assert_usable(page)
    page.get_by_role("button", name="Save in a copy, and preview again").click()
    page.get_by_text("2 customers would change").wait_for()
    assert_usable(page)
    page.get_by_role("link", name="Problems", exact=True).click()
    page.get_by_text("3 cells corrected").wait_for()


def test_what_was_typed_is_not_left_without_a_question(app: RunningApp, page: Any, tmp_path: Path) -> None:
    upload(page, app, tmp_path, "Customer ID,Terms", "1,thirty", "2,Net 30")
    page.get_by_role("button", name="Continue with this sheet").click()
    page.get_by_role("button", name="Save and check the rows").click()
    page.get_by_label("Row 2, Terms").select_option("Net 45")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Back to the columns").click(no_wait_after=True)
    page.wait_for_function("document.querySelector('[name=text]').value === 'Net 45'")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save in a copy").click()
    page.get_by_role("heading", name="No problems in 2 rows").wait_for()
