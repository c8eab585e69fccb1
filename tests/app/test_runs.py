"""What the pages of runs say when something was sent before, put back, left out or interrupted."""

import csv
import html
import re
import shutil
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.app.drafts import Drafts
from sync.app.run_actions import RunActions
from sync.app.run_rows import RowFilter
from sync.app.run_view import RunView
from sync.commands.apply import apply
from sync.commands.run import run
from sync.commands.undo import undo
from sync.journal.reader import JournalReader
from sync.progress import Progress
from sync.stop import StopSignal
from tests.app.conftest import RunningApp, serving_app
from tests.support.app_client import AppClient
from tests.support.fault_http import Asked
from tests.support.fault_records import customer


@pytest.fixture(autouse=True)
def at_first(app: RunningApp) -> None:
    """The customers are as they were at first."""
    app.server.reset(customer(number) for number in range(1, 41))


def sheet(folder: Path, *rows: tuple[str, ...]) -> Path:
    path = folder / "edits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Customer ID", "City", "Notes"), *rows])
    return path


def test_a_form_that_is_sent_twice_sends_once(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    """A double click, a second window, the browser's Back: the second time leads to what the first has sent."""
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")))
    run_page = client.send(preview)
    again = client.post(f"{preview}/apply", [("count", "2"), ("seen", "")])
    assert again.startswith(run_page)
    assert "nothing was sent a second time" in client.page(again)
    assert len(app.server.asked("PUT")) == 2
    assert (
        len([past for past in JournalReader(app.settings.journal).runs() if f"/runs/{past.facts.id}" == run_page]) == 1
    )


def test_what_is_confirmed_is_what_was_shown(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    """Another window has ticked as many rows, and others."""
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", ""), ("3", "Rome", "")))
    client.post(f"{preview}/ticks", [("shown", "2"), ("shown", "3"), ("tick", "3")])
    address, fields = client.confirmation(preview)
    client.post(f"{preview}/ticks", [("shown", "2"), ("shown", "3"), ("tick", "2")])
    page = client.page(client.post(address, fields))
    assert "Rows were ticked or unticked after this page was shown" in page
    assert app.server.asked("PUT") == []
    client.send(preview)
    assert {asked.customer for asked in app.server.asked("PUT")} == {1, 3}


def test_of_two_confirmations_in_one_instant_one_sends(
    client: AppClient, app: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes when the first has been found good, and has not begun to send."""
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")))
    confirmation = client.confirmation(preview)
    refused, answers = RunActions._refused, list[str]()
    second = threading.Thread(target=lambda: answers.append(client.answer(*confirmation)))

    def refused_meanwhile(*about: Any) -> str:
        monkeypatch.setattr(RunActions, "_refused", refused)
        answer = refused(*about)
        second.start()
        second.join(1)  # it waits for the first; if it did not, it would have been through by now
        return answer

    monkeypatch.setattr(RunActions, "_refused", refused_meanwhile)
    client.post(*confirmation)
    second.join()
    sent = [past for past in JournalReader(app.settings.journal).runs() if f"/runs/{past.facts.parent}" == preview]
    assert len(sent) == 1
    assert len(answers) == 1


def test_who_confirms_what_is_on_its_way_is_told_so(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", "")))
    confirmation = client.confirmation(preview)
    arrived = app.server.hold_puts()
    sending = threading.Thread(target=client.post, args=confirmation)
    sending.start()
    assert arrived.wait(30)
    assert "This page was confirmed a moment ago" in client.answer(*confirmation)
    app.server.release.set()
    sending.join()


def test_a_preview_says_that_it_was_sent_and_put_back_and_can_be_sent_once_more(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")))
    assert "already" not in client.page(preview)
    sent = client.send(preview)
    page = client.page(preview)
    assert "This was sent already, on " in page
    assert f'<a href="{sent}">Show that run</a>' in page
    put_back = client.send(client.post(f"{sent}/undo"))
    assert app.server.changed(1) == {}
    assert "This was put back already, on " in client.page(sent)
    assert f'<a href="{put_back}">Show that run</a>' in client.page(sent)
    assert ", and put back on " in client.page(preview)
    client.send(preview)
    assert app.server.records[1]["city"] == "Ulm"


def test_a_page_says_how_many_of_its_rows_were_sent_or_put_back_where_not_all_were(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    preview = client.preview(sheet(tmp_path, *((str(number), "Ulm", "") for number in range(1, 5))))
    client.post(f"{preview}/ticks", [("shown", "5")])
    sent = client.send(preview)
    assert "3 of 4 customers were sent, on " in client.page(preview)
    undo(sent.removeprefix("/runs/"), replace(app.settings, rows="3", yes=True), False, StopSignal(20), Progress())
    assert "1 of 3 customers was put back, on " in client.page(sent)
    assert ", and 1 of 3 customers was put back on " in client.page(preview)
    look = client.post(f"{sent}/undo")
    assert "2 customers would be put back." in client.page(look)
    client.send(look)
    assert "This was put back already, on " in client.page(sent)
    assert ", and put back on " in client.page(preview)


def test_a_sending_that_has_not_finished_is_gone_on_with_and_not_begun_again(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """It was stopped, here on the command line."""
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")))
    run_id = preview.removeprefix("/runs/")
    stopped = apply(run_id, replace(app.settings, first=1, yes=True), StopSignal(20), Progress())
    page = client.page(preview)
    assert "Sending this began on " in page
    assert f'<a href="/runs/{stopped.run.facts.id}">Show that run, and go on with it</a>' in page
    assert "Nothing has been sent yet" not in page
    assert 'id="count"' not in page
    client.post(f"/runs/{stopped.run.facts.id}/resume")
    assert "This was sent already, on " in client.page(preview)
    assert len(app.server.asked("PUT")) == 2


def test_undo_is_offered_while_something_is_left_to_put_back(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """In two parts, and again once the undo itself was undone."""
    rows = (("1", "Ulm", ""), ("2", "Bonn", ""), ("3", "Rome", ""))
    sent = client.send(client.preview(sheet(tmp_path, *rows)))
    name, offered = sent.removeprefix("/runs/"), "Undo: see what would be put back"
    parts = [replace(app.settings, rows=rows, yes=True) for rows in ("3", "2,4")]
    first, second = (undo(name, part, False, StopSignal(20), Progress()) for part in parts)
    assert (first.exit_code, offered in client.page(sent)) == (0, False)
    undo(second.run.facts.id, app.settings, False, StopSignal(20), Progress())
    assert offered in client.page(sent)
    assert "Undo this undo" not in client.page(f"/runs/{second.run.facts.id}")
    assert "Undo this undo" in client.page(f"/runs/{first.run.facts.id}")


def test_a_second_undo_says_that_nothing_is_left_and_lists_the_rows(client: AppClient, tmp_path: Path) -> None:
    sent = client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", ""))))
    look = client.post(f"{sent}/undo")
    put_back = client.send(look)
    assert "2 customers were put back." in client.page(put_back)
    assert "This was put back already" in client.page(look)
    page = client.page(client.post(f"{sent}/undo"))  # from a page of before
    assert "Nothing is left to put back: each field holds again what it held before that run." in page
    assert page.count('class="status unchanged">unchanged</span>') == 2
    assert 'id="count"' not in page


def test_an_undo_that_somebody_else_has_overtaken_says_which_rows_and_why(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    sent = client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""))))
    app.server.records[1]["city"] = "Rome"
    page = client.page(client.post(f"{sent}/undo"))
    assert "Nothing can be put back. The rows below say why." in page
    assert "Rome" in page


def test_a_row_whose_request_was_on_its_way_at_a_kill_is_in_doubt(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """A kill leaves what is on disk: a copy of it, made while a request is unanswered."""
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", "")))
    arrived = app.server.hold_puts()
    sending = threading.Thread(target=client.send, args=[preview])
    sending.start()
    assert arrived.wait(30)
    left = replace(app.settings, state_dir=shutil.copytree(app.state, tmp_path / "left"))
    app.server.release.set()
    sending.join()
    shown = RunView.of(left, JournalReader(left.journal).runs()[-1].facts.id)
    (outcome,) = shown.outcomes()
    assert (outcome.rows, outcome.word) == (1, "in doubt")
    ((row,), _) = shown.table.page(RowFilter(), 50)
    assert row["lines"][-1]["message"].endswith("so the update may have arrived. Resume finds out.")
    assert shown.headline == "This run was interrupted. What it had done by then is recorded, and you can resume it."


def test_a_preview_that_could_not_read_a_row_does_not_say_that_there_is_nothing_to_send(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.raw["text"] = (200, {"Content-Type": "application/json"}, b'{"id": "1"}')
    app.server.gets = {1: ["raw:text"] * 9}
    page = client.page(client.preview(sheet(tmp_path, ("1", "Ulm", ""))))
    assert "None of the rows that could be read would change. 1 row could not be read: see why below." in page
    assert "nothing to send" not in page


def test_all_rows_are_all_rows(client: AppClient, tmp_path: Path) -> None:
    held = customer(2)["city"]
    rows = [("1", "Ulm", ""), ("2", held, ""), ("3", "Bonn", ""), ("999", "Rome", "")]
    preview = client.preview(sheet(tmp_path, *rows))
    client.post(f"{preview}/ticks", [("shown", "4")])
    sent = client.send(preview)
    page = client.page(sent)
    assert "changes and problems (2)" in page
    assert re.findall(r'class="status (\w+)" href', page) == ["updated", "rejected", "unchanged", "left_out"]
    assert "all rows (4)" in page
    assert [f'data-label="Row">{row}</td>' in page for row in (2, 3, 4, 5)] == [True, False, False, True]
    every = client.page(f"{sent}?status=all")
    assert all(f'data-label="Row">{row}</td>' in every for row in (2, 3, 4, 5))
    assert "1 customer was updated. 1 row was not: see why below." in page


def test_a_total_that_has_changed_is_put_in_front_of_the_person(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "")))
    assert "no total changed" not in client.page(preview), "nothing has been sent that could change one"
    total = Decimal(app.server.records[1]["total_revenue"])

    def bill(asked: Asked) -> None:
        if asked.method == "PUT" and asked.customer == 1:
            app.server.records[1]["total_revenue"] = str(total + 5)

    app.server.hook = bill
    page = client.page(client.send(preview))
    assert "Control totals: 1 total changed" in page
    assert "1 total changed during the run. A run edits no totals:" in page
    assert '<b class="doubt">5.00</b>' in page
    assert "Control totals: no total changed" in client.page(
        client.send(client.preview(sheet(tmp_path, ("3", "Ulm", ""))))
    )


def test_a_run_whose_sheet_was_corrected_since_is_resumed_as_it_was_read(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    path = sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", "stopped"))
    ran = run(path, replace(app.settings, first=1), False, StopSignal(20), Progress())
    address = f"/runs/{ran.run.facts.id}"
    assert "as it was read" not in client.page(address)
    sheet(tmp_path, ("1", "Ulm", ""), ("2", "Rome", ""))
    page = client.page(address)
    assert "Resume with the sheet as it was read" in page
    assert f"the file of edits {path} has changed" in page
    refused = client.page(client.post(f"{address}/resume"))  # from a page of before the correction
    assert "Choose the corrected file on the start page, or go back to the run" in refused
    assert "campfire-sync resume" not in refused
    client.post(f"{address}/resume", [("as_started", "yes")])
    assert app.server.records[2]["city"] == "Bonn"


def test_the_next_round_is_offered_where_something_is_to_be_corrected_and_after_resume(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    for faulty in (False, True):
        rows = [("1", "Ulm", str(faulty)), ("2", "Bonn", str(faulty)), *([("x", "Rome", "")] if faulty else [])]
        ran = run(sheet(tmp_path, *rows), replace(app.settings, first=1), False, StopSignal(20), Progress())
        page = client.page(f"/runs/{ran.run.facts.id}")
        assert ">Resume</button>" in page
        assert ("Open “To fix” as the next round" in page) is faulty
        assert ("Resume first: until then this sheet also holds the rows that Resume would send." in page) is faulty
        page = client.page(client.post(f"/runs/{ran.run.facts.id}/resume"))
        assert "Resume" not in page
        assert ("Open “To fix” as the next round" in page) is faulty


def test_a_row_in_conflict_can_be_sent_from_its_preview_once_somebody_has_looked_at_it(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    exported = Drafts(app.state).exported(client.post("/export").partition("?")[0].split("/")[2])
    book = openpyxl.load_workbook(exported)
    city = [cell.value for cell in book.active[1]].index("City") + 1
    book.active.cell(2, city).value = "Ulm"
    book.save(tmp_path / "customers.xlsx")
    app.server.records[1]["city"] = "Bonn"
    preview = client.preview(tmp_path / "customers.xlsx")
    page = client.page(preview)
    assert "is “Ulm” in the sheet and “Bonn” in Campfire now" in html.unescape(page)
    assert "Decide about the rows with a problem</button>" in page
    problems = client.post(f"{preview}/fix")
    client.send(client.post(problems.replace("/problems", "/preview")))
    assert app.server.records[1]["city"] == "Ulm"


def test_a_row_says_beside_its_changes_why_they_were_not_made(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.puts = {2: ["ignore:city"]}
    page = html.unescape(client.page(client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", ""))))))
    assert "1 row was not: see why below." in page
    row = page.partition("Example Widgets 2 Ltd<")[2]
    assert "Bonn</td>" in row
    assert "The API said 200 and did not take City (asked for “Bonn”, has “Springfield”)." in row


def test_an_undo_says_beside_what_it_would_put_back_what_it_would_leave(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    sent = client.send(client.preview(sheet(tmp_path, ("1", "Ulm", "moved"))))
    app.server.records[1]["notes"] = "somebody else's"
    page = html.unescape(client.page(client.post(f"{sent}/undo")))
    assert "Ulm</td>" in page
    assert "and is “somebody else's” in Campfire now" in page


def test_the_fields_to_choose_from_are_those_that_change(client: AppClient, tmp_path: Path) -> None:
    preview = client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", ""), ("3", "", "")))
    assert ">City (2)</option>" in client.page(preview)
    assert "Notes" not in client.page(preview)
    assert " selected>Notes (0)</option>" in client.page(f"{preview}?field=notes"), "an address of earlier may ask so"
    assert ">City (2)</option>" in client.page(client.send(preview)), "and not what another run has changed"


def test_past_runs_say_in_words_what_each_was(client: AppClient, tmp_path: Path) -> None:
    sent = client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""))))
    client.send(client.post(f"{sent}/undo"))
    kinds = [part.partition("</td>")[0] for part in client.page("/runs").split('</a></th><td data-label="What">')[1:5]]
    assert kinds == ["Put back", "Look at an undo", "Sent", "Preview"]


def test_a_run_that_a_limit_held_back_is_not_called_sent(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    path = sheet(tmp_path, ("1", "Ulm", "held back"), ("2", "Bonn", "held back"))
    run(path, replace(app.settings, max_changes=1), False, StopSignal(20), Progress())
    address, kind = re.findall('href="(/runs/[^"]+)">.*?</th><td[^>]*>(.*?)</td>', client.page("/runs"))[0]
    assert kind == "Not sent"
    assert "<h1>Nothing was sent</h1>" in client.page(address)


def test_a_state_directory_may_be_named_from_the_folder_where_the_app_starts(
    app: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving_app(replace(app.settings, state_dir=Path("state"))) as address:
        client = AppClient(address)
        client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""))))
    assert app.server.records[1]["city"] == "Ulm"


def test_a_plan_from_another_computer_has_no_page_of_its_preview(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    path, there = tmp_path / "month.plan", replace(app.settings, state_dir=tmp_path / "there")
    preview = run(sheet(tmp_path, ("1", "Ulm", "")), replace(there, plan=path), True, StopSignal(20), Progress())
    sent = apply(str(path), replace(app.settings, yes=True), StopSignal(20), Progress())
    page = client.page(f"/runs/{sent.run.facts.id}")
    assert preview.run.facts.id in page
    assert f'"/runs/{preview.run.facts.id}"' not in page


def test_an_undo_speaks_of_putting_back(client: AppClient, tmp_path: Path) -> None:
    sent = client.send(client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("2", "Bonn", ""))))
    look = client.post(f"{sent}/undo")
    page = client.page(look)
    assert "2 customers would be put back. Nothing has been put back yet." in page
    assert 'would update">' not in page
    assert ">would be put back</span>" in page
    assert f"Undo of the run {sent[6:]} (edits.csv, in " in page
    assert 'aria-label="Put back row 2, ' in page
    undone = client.send(look)
    page = client.page(undone)
    assert ">put back</span>" in page
    assert "Undo this undo: see what would be sent again" in page
    assert "2 put back" in client.page("/runs")
    assert f"Undo of the undo {undone[6:]}" in client.page(client.post(f"{undone}/undo"))


def test_a_preview_says_what_would_not_be_sent(client: AppClient, tmp_path: Path) -> None:
    page = client.page(client.preview(sheet(tmp_path, ("1", "Ulm", ""), ("999", "Bonn", ""), ("x", "Bonn", ""))))
    assert "Something in the sheet is wrong. The row would not be sent." in page
    assert "The record does not exist or cannot be edited. The row would not be sent; see its message." in page
    assert "was not sent" not in page
    assert "refused the row" not in page


def test_an_undo_after_the_sandbox_has_started_over_says_so(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    settings = replace(app.settings, base_url=None, sandbox=True, yes=True)
    path = sheet(tmp_path, ("1001", "Ulm", ""))
    ran = run(path, settings, False, StopSignal(20), Progress()).run.facts.id
    look = client.page(client.post(f"/runs/{ran}/undo"))
    assert "1 customer would be put back." in look
    run(path, settings, True, StopSignal(20), Progress())
    again = client.page(client.post(f"/runs/{ran}/undo"))
    assert "Nothing of that run is left in the sandbox: it has started over since" in again
    assert "each field holds again" not in again
