"""The pages of runs in a real browser: everybody can use them, and the keyboard is where a person goes on."""

import csv
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from sync.app.server import AppServer
from sync.settings import Settings
from tests.app.conftest import RunningApp
from tests.app.usable import assert_usable
from tests.support.app_client import AppClient
from tests.support.fault_records import customer
from tests.support.fault_server import FaultServer

ROWS = [("1", "Ulm", "Net 45"), ("2", "n/a", ""), ("3", "", "thirty"), ("999", "Rome", "")]


@pytest.fixture(scope="module")
def client(app: RunningApp, browser: Any) -> AppClient:
    """A second window of the browser, which has used the token."""
    (cookie,) = browser.cookies()
    return AppClient(app.address, f"{cookie['name']}={cookie['value']}")


def sheet(folder: Path, rows: Sequence[tuple[str, str, str]] = ROWS[:1]) -> Path:
    path = folder / "edits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Customer ID", "City", "Payment Terms"), *rows])
    return path


@pytest.fixture
def preview(client: AppClient, tmp_path: Path) -> str:
    """The address of a preview with changes, a warning, an invalid and a rejected row."""
    return client.preview(sheet(tmp_path, ROWS))


def test_everybody_can_use_what_comes_after_a_preview(
    app: RunningApp, page: Any, client: AppClient, preview: str
) -> None:
    sent = client.send(preview)
    look = client.post(f"{sent}/undo")
    put_back = client.send(look)
    nothing_left = client.post(f"{sent}/undo")
    for address in (preview, f"{preview}?typed=7#count", sent, f"{sent}?status=all", look, put_back, nothing_left):
        page.goto(app.origin + address)
        assert_usable(page)
    page.goto(f"{app.origin}/runs")
    assert_usable(page)


def test_everybody_can_follow_and_stop_what_is_sent(
    app: RunningApp, page: Any, client: AppClient, preview: str
) -> None:
    arrived = app.server.hold_puts()
    page.goto(app.origin + preview)
    page.get_by_label("type the number of customers").fill("2")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/job")
    assert arrived.wait(30)
    page.get_by_text("Sending: 0 of 2 rows").wait_for()
    expect(page.get_by_role("status")).to_have_text("sending: 0 per cent")
    expect(page).to_have_title("0% – Sending – campfire-sync")
    assert_usable(page)
    page.get_by_role("link", name="Start").click()
    page.get_by_role("link", name="Sending").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopping: what is on its way is finished first.").wait_for()
    expect(page.get_by_role("button", name="Stop")).not_to_be_visible()
    app.server.release.set()
    page.get_by_text("This run was stopped by hand before its end.").wait_for()
    page.wait_for_load_state()
    assert page.evaluate("document.activeElement.id") == ""
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("2 customers were updated. 2 rows were not: see why below.").wait_for()


def test_where_the_app_has_ended_its_open_page_says_so_and_how_to_go_on(
    environment: None, chromium: Any, tmp_path: Path
) -> None:
    with FaultServer(customer(number) for number in range(1, 3)) as server, chromium.new_context() as context:
        ending = AppServer(Settings(state_dir=tmp_path / "state", base_url=server.url), 0)
        thread = threading.Thread(target=ending.run)
        thread.start()
        page = context.new_page()
        page.goto(ending.address)
        origin = ending.address.partition("/?")[0]
        arrived = server.hold_puts()
        (cookie,) = context.cookies()
        page.goto(origin + AppClient(ending.address, f"{cookie['name']}={cookie['value']}").preview(sheet(tmp_path)))
        page.get_by_label("type the number of customers").fill("1")
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_text("Sending: 0 of 1 rows").wait_for()
        assert arrived.wait(30)
        ending.stop()
        words = "If it was closed, start it again: what was sent is recorded, and under “Past runs” you can resume."
        page.get_by_text(f"The app does not answer. {words}").wait_for()
        assert page.get_by_role("status").inner_text() == "The app does not answer."
        assert not page.get_by_role("button", name="Stop").is_visible()
        server.release.set()
        thread.join()


def test_by_keyboard_alone_a_preview_is_confirmed_and_put_back(app: RunningApp, page: Any, preview: str) -> None:
    page.goto(app.origin + preview)
    page.get_by_role("link", name="Go on to the confirmation").focus()
    page.keyboard.press("Enter")
    page.locator(":target").wait_for()
    page.keyboard.press("Tab")
    page.locator("#count:focus").wait_for()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("You typed 3, and 2 customers would change.").wait_for()
    page.locator("#count:focus").wait_for()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What was sent").wait_for()
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What an undo would put back").wait_for()
    page.get_by_label("Put back row 2").focus()
    page.keyboard.press("Space")
    page.get_by_role("status").get_by_text("1 of 2 customers is ticked to be put back.").wait_for()


def test_what_is_unticked_before_the_script_is_there_is_not_sent(app: RunningApp, page: Any, preview: str) -> None:
    held: list[Any] = []
    page.route("**/app.js", lambda route: held.append(route), times=1)
    page.goto(app.origin + preview, wait_until="commit")
    page.get_by_label("Send row 2").uncheck()
    held[0].continue_()
    page.get_by_role("status").get_by_text("1 of 2 customers is ticked to be sent.").wait_for()
    page.get_by_label("type the number of customers").fill("1")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="What was sent").wait_for()
    assert [asked.customer for asked in app.server.asked("PUT")] == [2]


def test_what_went_wrong_has_the_keyboard(app: RunningApp, page: Any, preview: str) -> None:
    page.goto(f"{app.origin}{preview}?error=the+API+did+not+answer")
    page.locator("#error:focus").wait_for()
    expect(page).to_have_title(re.compile("^Problem: "))
