"""Draws the pictures of the README anew, but for the terminal's: `make pictures`.

Needs Chromium, LibreOffice and poppler's pdftoppm. Everything in them is made up: the sandbox's customers, and a sheet
of edits of them.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
WIDTH, HEIGHT = 1080, 720


def main() -> None:
    """Draw all of them."""
    with TemporaryDirectory(prefix="closing-") as name, sync_playwright() as playwright:
        folder = Path(name)
        shutil.copy(ROOT / "samples" / "customer_edits.xlsx", folder)
        shutil.copytree(ROOT / "mappings", folder / "mappings")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        draw_page(browser, folder)
        draw_workbook(folder)
        draw_app(browser, folder)
        browser.close()


def environment() -> dict[str, str]:
    """That of somebody who has neither a key nor a keychain."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CAMPFIRE")}
    keyring = "keyring.backends.null.Keyring"
    return plain | {"LOGNAME": "finance", "PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": keyring}


def campfire_sync(folder: Path, *words: str) -> None:
    """Run a command there. Exit code 1 is meant: the samples have rows to fix."""
    command = [sys.executable, "-m", "sync", *words, "--state-dir", "state"]
    subprocess.run(command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)


def draw_page(browser: Any, folder: Path) -> None:
    """The preview for the person who approves."""
    campfire_sync(folder, "run", "customer_edits.xlsx", "--dry-run", "--sandbox", "--html", "preview.html")
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto((folder / "preview.html").as_uri())
    page.screenshot(path=PICTURES / "preview.png")
    page.close()


def draw_workbook(folder: Path) -> None:
    """The Summary of the results workbook, as LibreOffice prints it."""
    campfire_sync(folder, "run", "customer_edits.xlsx", "--sandbox", "--out", "results.xlsx")
    convert = ["soffice", "--headless", "--convert-to", "pdf", "results.xlsx"]
    subprocess.run(convert, cwd=folder, check=True, capture_output=True)
    draw = ["pdftoppm", "-png", "-r", "90", "-f", "1", "-l", "1", "-singlefile", "results.pdf", "workbook"]
    subprocess.run(draw, cwd=folder, check=True)
    shutil.copy(folder / "workbook.png", PICTURES)


def draw_app(browser: Any, folder: Path) -> None:
    """Each step of the app."""
    command = [sys.executable, "-m", "sync", "app", "--no-browser", "--state-dir", str(folder / "app-state")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as app:
        assert app.stdout is not None
        address = re.search(r"http://\S+", app.stdout.readline())
        assert address is not None
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address[0])
        try:
            walk(page, folder / "customer_edits.xlsx")
        finally:  # else a page that has changed would be waited for without end
            app.terminate()


def walk(page: Page, sheet: Path) -> None:
    """From the start page to what was sent, a picture for each step."""

    def picture(step: str, at: str = "header") -> None:
        page.locator(at).first.evaluate("part => part.scrollIntoView()")
        page.screenshot(path=PICTURES / f"app-{step}.png")

    picture("1-sheet")
    page.get_by_label("Spreadsheet (").set_input_files(sheet)
    page.get_by_role("button", name="Continue").first.click()
    page.get_by_role("button", name="Continue with this sheet").click()
    page.get_by_role("button", name="Save and check the rows").wait_for()
    picture("2-columns")
    page.get_by_role("button", name="Save and check the rows").click()
    page.wait_for_url("**/problems*")
    picture("3-problems", "section")
    page.get_by_role("button", name="Preview the other").click()
    page.get_by_role("heading", name="What would change", exact=True).wait_for()
    picture("4-preview", ".filters")
    count = page.locator("#to-send").inner_text()
    page.get_by_label("type the number of customers").fill(count)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("heading", name="What was sent").wait_for()
    picture("5-done")


if __name__ == "__main__":
    main()
