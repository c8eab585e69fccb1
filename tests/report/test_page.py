"""The preview as a page: everything is in it, whatever a cell holds stays text, and it asks nobody for anything."""

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sync.errors import CannotStart
from sync.model import MISSING, Change, Mode, Problem, RunOptions, RunState, SheetWarning
from sync.report.page import page as html
from sync.report.page.escape import as_html
from sync.settings import SANDBOX
from sync.status import Stage, Status
from tests.support.results_runs import RUN, RunDraft, seen

NAMES = {
    "id": "Customer ID",
    "name": "Customer Name",
    "terms": "Payment Terms",
    "contacts[1].email": "Billing <b>Email",
}
HOSTILE = (
    "</script><script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    '"><svg onload=document.title=1>',
    "]]><!--<style>*{display:none}</style>",
    "{{7*7}} &lt; &#x3c;script>",
    "</td></tr></tbody></table><h1>gone",
    "rtl \u202eevil\u202c",
    "nul\x00 escape \x1b[31m",
)


@pytest.fixture
def preview(tmp_path: Path) -> RunDraft:
    return RunDraft(
        tmp_path, mode=Mode.PREVIEW, dry_run=True, options=RunOptions("Customer ID", NAMES, constants={"customer": 42})
    )


def drawn(draft: RunDraft, name: str = "preview.html") -> str:
    path = draft.folder / name
    html.write(draft.history(), RUN, path)
    return path.read_text(encoding="utf-8")


class ParsedPage(HTMLParser):
    """What a page holds, as a parser takes it: its elements and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text += data


def filled(draft: RunDraft) -> RunDraft:
    """A preview with a row of each kind."""
    draft.row(Stage.PLANNED, changes=[Change("terms", "net_30", "net_45")], before=seen())
    draft.row(
        Stage.PLANNED,
        record_id=1002,
        changes=[Change("name", "Old", "New"), Change("contacts[1].email", MISSING, None), Change("customer", 1, 42)],
        before=seen("Sample Software Inc"),
    )
    draft.row(Status.UNCHANGED, record_id=1003, before=seen("Nobody need look at this"))
    draft.invalid(
        Problem(5, "Payment Terms", "Net 33", "not_a_choice", "“Net 33” is no choice.", "Use Net 30."), record_id=1004
    )
    draft.row(Status.CONFLICT, "terms is net_60 by now", record_id=1005, before=seen("Fictional Freight Co"))
    return draft


def test_everything_is_there_without_a_script(preview: RunDraft) -> None:
    found = ParsedPage(drawn(filled(preview)))
    for said in (
        RUN, "edits.xlsx", "ab" * 32, "cd" * 32, "https://api.example.com", "2026-11-22 16:01:03 UTC",
        f"campfire-sync apply {RUN}", "Net 30", "Net 45", "Payment Terms", "Sample Software Inc", "1002",
        "(not in the record)", "(empty)", "Tenant (constant)",
        "set by constants: in the mapping file", "“Net 33” is no choice.", "Use Net 30.",
        "Terms is net_60 by now", "Rows hidden in the sheet, by hand or by a filter: 3",
    ):  # fmt: skip
        assert said in found.text, said
    assert sum(tag == "tbody" for tag, _ in found.elements) == 4
    assert not any("hidden" in attrs for tag, attrs in found.elements if tag in ("tbody", "tr", "td"))


def test_hidden_rows_of_which_a_warning_tells_are_told_of_once(preview: RunDraft) -> None:
    preview.warnings = (SheetWarning("hidden_rows", "3 rows are hidden", rows=3, first_row=2),)
    said = ParsedPage(drawn(filled(preview))).text
    assert "3 rows are hidden" in said
    assert "Rows hidden in the sheet" not in said


def test_rows_that_are_in_order_are_counted_and_not_listed(preview: RunDraft) -> None:
    found = ParsedPage(drawn(filled(preview)))
    assert "1unchanged" in found.text
    assert "Nobody need look at this" not in found.text


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_cell_holds_stays_text(preview: RunDraft, text: str) -> None:
    preview.headers = ("Customer ID", text)
    preview.options = RunOptions(names={"id": "Customer ID", "notes": text})
    preview.warnings = (SheetWarning("odd", text, text),)
    preview.row(Stage.PLANNED, cells=("1", text), changes=[Change("notes", text, text + "!")], before=seen())
    preview.invalid(Problem(3, text, text, "bad", text, text), cells=("2", text))
    preview.row(Status.REJECTED, text, cells=("3", text))
    page = drawn(preview)
    found = ParsedPage(page)
    plain = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "p",
        "bdi",
        "main",
        "dl",
        "dt",
        "dd",
        "small",
    }
    table = {"ul", "li", "b", "div", "span", "label", "select", "option", "input", "table", "colgroup", "col", "thead"}
    assert {tag for tag, _ in found.elements} <= plain | table | {"tbody", "tr", "th", "td", "code", "script"}
    assert sum(tag == "script" for tag, _ in found.elements) == 1
    assert not any(
        name.startswith("on") or name in ("style", "src", "href") for _, attrs in found.elements for name in attrs
    )
    if text.isprintable():
        assert text in found.text


def test_what_nobody_can_see_is_shown_as_its_code() -> None:
    assert re.findall(r"U\+[0-9A-F]+", as_html("a\u202eb\x07c\u200bd\ud800e\xad")) == [
        "U+202E", "U+0007", "U+200B", "U+D800", "U+00AD",
    ]  # fmt: skip
    assert as_html("two\nlines\tand a joiner \u200d") == "two\nlines\tand a joiner \u200d"


@pytest.mark.parametrize(("base_url", "target"), [(SANDBOX, "the sandbox"), ("http://127.0.0.1:9", "Campfire")])
def test_where_it_would_go_is_called_by_its_name(preview: RunDraft, base_url: str, target: str) -> None:
    page = drawn(replace(preview, base_url=base_url))
    assert f": what would be sent to {target}. Nothing has been sent yet." in page


def test_an_end_that_was_not_reached_is_said_and_there_is_no_command(preview: RunDraft) -> None:
    preview.state, preview.because = RunState.STOPPED, "the run was interrupted"
    page = drawn(filled(preview))
    assert "This run did not reach its end (stopped): the run was interrupted" in page
    assert "campfire-sync apply" not in page


def test_where_nothing_would_change_there_is_no_command(preview: RunDraft) -> None:
    preview.row(Status.UNCHANGED)
    page = drawn(preview)
    assert "There is nothing to send." in page
    assert "campfire-sync apply" not in page


def test_a_page_that_is_there_is_never_written_over(preview: RunDraft) -> None:
    (preview.folder / "preview.html").write_text("mine")
    with pytest.raises(CannotStart, match="exists already"):
        drawn(preview)
    assert (preview.folder / "preview.html").read_text() == "mine"


def test_a_page_that_cannot_be_written_leaves_nothing_behind(
    preview: RunDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = filled(preview).history()
    (preview.folder / "pages").mkdir()
    with pytest.raises(CannotStart, match="no run"):
        html.write(history, "no-such-run", preview.folder / "pages" / "p.html")
    with pytest.raises(CannotStart, match="no folder"):
        html.write(history, RUN, preview.folder / "elsewhere" / "p.html")
    assert list((preview.folder / "pages").iterdir()) == []


def test_the_page_is_readable_by_its_owner_alone(preview: RunDraft) -> None:
    drawn(preview)
    assert (preview.folder / "preview.html").stat().st_mode & 0o077 == 0


def test_a_page_needs_no_folder_for_temporary_files(preview: RunDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(preview.folder / "gone"))
    assert "Sample Software Inc" in drawn(filled(preview))


def test_ten_thousand_changed_rows_fit(preview: RunDraft) -> None:
    for n in range(10_000):
        preview.row(Stage.PLANNED, record_id=n + 1, changes=[Change("terms", "net_30", f"net_{n}")], before=seen())
    page = drawn(preview)
    assert page.count("<tbody ") == 10_000
    assert "net_9999<" in page
    assert len(page) < 10_000_000


def test_of_more_rows_than_a_browser_shows_those_that_went_wrong_come_first(
    preview: RunDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.report.page.listed.MOST_RECORDS", 3)
    for n in range(4):
        preview.row(
            Stage.PLANNED, record_id=n + 1, changes=[Change("terms", "net_30", "net_45")], before=seen(f"Planned {n}")
        )
    preview.row(Status.CONFLICT, "terms is net_60 by now", record_id=9, before=seen("In conflict"))
    found = ParsedPage(drawn(preview))
    assert ["Planned 0" in found.text, "Planned 1" in found.text, "Planned 2" in found.text] == [True, True, False]
    assert "In conflict" in found.text
    assert "2 of 5 records are not on this page" in found.text
    assert "3 records listed. Not listed: 2 more." in found.text
    assert "would update (2)" in found.text
    assert "4 customers and nothing else" in found.text


def test_a_page_ends_where_it_would_grow_too_large(preview: RunDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.report.page.listed.MOST_CHARACTERS", 50_000)
    for n in range(10):
        preview.row(Stage.PLANNED, record_id=n + 1, changes=[Change("notes", "x" * 20_000, None)], before=seen())
    page = drawn(preview)
    assert page.count("<tbody ") == 3
    assert "7 of 10 records are not on this page" in ParsedPage(page).text


# --- in a browser ---

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="headless Chromium is not installed")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=3000",
)  # fmt: skip


def dom(folder: Path, address: str) -> str:
    """The page as the browser has it after its script has run."""
    assert BROWSER is not None
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'browser'}", "--dump-dom", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def visible(page: str) -> list[str]:
    """The ids of the records that are not filtered out."""
    blocks = re.findall(r"<tbody([^>]*)>(.*?)</tbody>", page, re.DOTALL)
    return [re.findall(r"<small>(\d+)</small>", body)[0] for head, body in blocks if "hidden" not in head]


@in_a_browser
@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        ("", ["1001", "1002", "1004", "1005"]),
        ("#status=invalid", ["1004"]),
        ("#status=would_update&field=terms", ["1001"]),
        ("#field=terms", ["1001", "1004"]),
        ("#field=contacts%5B1%5D.email", ["1002"]),
        ("#q=SAMPLE+software", ["1002"]),
        ("#status=nonsense", ["1001", "1002", "1004", "1005"]),
    ],
)
def test_the_filter_shows_what_was_chosen(preview: RunDraft, chosen: str, ids: list[str]) -> None:
    drawn(filled(preview))
    page = dom(preview.folder, (preview.folder / "preview.html").as_uri() + chosen)
    assert visible(page) == ids
    assert ("by the filter" in ParsedPage(page).text) == (len(ids) < 4)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that remembers who called."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", calls
    server.shutdown()
    server.server_close()


@in_a_browser
def test_the_page_asks_nobody_for_anything(preview: RunDraft, listener: tuple[str, list[str]]) -> None:
    address, calls = listener
    (preview.folder / "control.html").write_text(f"<img src='{address}/control'>")
    dom(preview.folder, (preview.folder / "control.html").as_uri())
    assert calls == ["/control"]  # the browser does call where a page makes it
    tricks = f"<img src='{address}/a'><script src='{address}/b'></script><style>@import '{address}/c'</style>"
    preview.warnings = (SheetWarning("odd", tricks),)
    preview.row(Stage.PLANNED, changes=[Change("notes", tricks, f'"><link rel=stylesheet href={address}/d>')])
    page = drawn(preview)
    assert "default-src 'none'" in page
    dom(preview.folder, (preview.folder / "preview.html").as_uri())
    # The policy holds even where the escaping would not.
    (preview.folder / "worse.html").write_text(
        page.replace("<main>", f"<main>{tricks}<script>fetch('{address}/e')</script>")
    )
    dom(preview.folder, (preview.folder / "worse.html").as_uri())
    assert calls == ["/control"]


@in_a_browser
@pytest.mark.parametrize("text", HOSTILE[:4])
def test_hostile_text_does_nothing_in_a_browser(preview: RunDraft, text: str) -> None:
    preview.row(Stage.PLANNED, cells=("1", text), changes=[Change("notes", text, text + "!")], before=seen(text))
    drawn(preview)
    page = dom(preview.folder, (preview.folder / "preview.html").as_uri())
    assert re.findall("<title>(.*?)</title>", page)[0].startswith(f"Preview {RUN}")
    assert text + "!" in ParsedPage(page).text


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_of_the_page_is_wider_than_the_window(preview: RunDraft, chromium: Any, width: int) -> None:
    """On a phone the table becomes one block below the other."""
    long = "A header is not mapped: Unusually_long_header_without_any_blank_in_it_for_a_narrow_window."
    preview.warnings = (SheetWarning("unmapped_column", long),)
    preview.row(Stage.PLANNED, changes=[Change("name", "Old" * 60, "New" * 60)], before=seen("Name" * 30))
    drawn(filled(preview))
    page = chromium.new_page(viewport={"width": width, "height": 700})
    page.goto((preview.folder / "preview.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("td.before").first.is_visible()
    page.close()


def test_on_paper_the_table_stays_a_table_however_narrow_the_page_is(preview: RunDraft, chromium: Any) -> None:
    drawn(filled(preview))
    page = chromium.new_page(viewport={"width": 700, "height": 700})
    page.goto((preview.folder / "preview.html").as_uri())
    assert not page.locator("thead").is_visible()
    page.emulate_media(media="print")
    assert page.locator("thead").is_visible()
    page.close()


def test_warnings_come_before_everything_else_and_who_and_why_are_named(preview: RunDraft) -> None:
    preview.warnings = (SheetWarning("unmapped_column", "A header is not mapped."),)
    preview.by, preview.reason = "anna@office", "Terms as agreed in May"
    page = drawn(filled(preview))
    assert page.index("A header is not mapped.") < page.index("anna@office") < page.index('class="counts"')
    assert "Terms as agreed in May" in page
