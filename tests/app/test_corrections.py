"""Cells that are corrected where they show: in the check's problems, and in what only a record tells on the preview."""

import re
from pathlib import Path

import openpyxl
import pytest

from sync.app.cells import remedy_here
from sync.app.ticks import Ticks
from sync.journal.reader import JournalReader
from sync.model import Problem
from sync.problems import CATALOGUE, problem
from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient


def lost_zero(folder: Path) -> Path:
    """A workbook in which the zip code of customer 1 has lost its zero, and those of 2 and 3 are changed."""
    book = openpyxl.Workbook()
    for row in (["Customer ID", "Company", "Zip Code"], [1, "Ulm Ltd", 2134], [2, "", "02135"], [3, "", "02136"]):
        book.active.append(row)
    path = folder / "edits.xlsx"
    book.save(path)
    return path


def sheet_of(page: str) -> str:
    """The address of the sheet to which a preview's corrections go."""
    match = re.search(r'action="(/sheets/[^/]+)/corrections"', page)
    assert match is not None
    return match[1]


def test_what_only_the_record_shows_is_corrected_on_the_preview(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.reset(app.server.at_first.values())
    preview = client.preview(lost_zero(tmp_path))
    page = client.page(preview)
    assert "“02134” without its leading zeros" in page
    assert 'name="was" value="2134"' in page
    correction = [("cell", "2|Zip Code"), ("was", "2134"), ("text", "02139"), ("then", "preview")]
    again = client.post(f"{sheet_of(page)}/corrections", correction)
    assert again.startswith("/runs/")
    assert again != preview
    facts = JournalReader(app.settings.journal).runs()[-1].facts
    assert facts.corrections == "1 cell corrected"
    assert facts.original_sha256 == JournalReader(app.settings.journal).run(preview[6:]).facts.file_sha256
    client.send(again)
    assert [app.server.records[n]["zip_code"] for n in (1, 2, 3)] == ["02139", "02135", "02136"]
    assert 'name="was"' not in client.page(preview), "it is not the sheet's latest preview any more"


def test_what_was_unticked_stays_so_after_a_correction(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    app.server.reset(app.server.at_first.values())
    preview = client.preview(lost_zero(tmp_path))
    client.post(f"{preview}/ticks", [("shown", "3"), ("shown", "4"), ("tick", "4")])
    correction = [("cell", "2|Zip Code"), ("was", "2134"), ("text", "02139"), ("then", "preview")]
    again = client.post(f"{sheet_of(client.page(preview))}/corrections", correction)
    assert Ticks(app.state).unticked(again[6:]) == {3}
    client.send(again)
    assert [app.server.records[n]["zip_code"] for n in (1, 2, 3)] == ["02139", "02134", "02136"]


def test_what_was_unticked_stays_so_where_the_corrected_preview_is_stopped_and_resumed(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """Stopped before it has planned a row. Once resumed it has its page and its plan, as any other."""
    app.server.reset(app.server.at_first.values())
    preview = client.preview(lost_zero(tmp_path))
    client.post(f"{preview}/ticks", [("shown", "3"), ("shown", "4"), ("tick", "4")])
    sheet = sheet_of(client.page(preview))
    app.server.hook = lambda asked: client.answer("/job/stop") and None
    again = client.post(
        f"{sheet}/corrections", [("cell", "2|Zip Code"), ("was", "2134"), ("text", "02139"), ("then", "preview")]
    )
    app.server.hook = lambda asked: None
    page = client.page(again)
    assert "This run was stopped by hand before its end." in page
    assert "/plan" not in page
    assert client.post(f"{again}/resume") == again
    page = client.page(again)
    assert "2 of 3 customers are ticked to be sent." in page
    assert f"{again}/plan" in page
    assert f"{again}/page" in page


def test_the_id_of_a_customer_that_is_not_there_is_corrected_on_the_preview(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.reset(app.server.at_first.values())
    (tmp_path / "edits.csv").write_text("Customer ID,City\n999,Rome\n", encoding="utf-8")
    page = client.page(client.preview(tmp_path / "edits.csv"))
    assert 'name="cell" value="2|Customer ID"' in page
    assert 'name="leave" value="2"' in page
    correction = [("cell", "2|Customer ID"), ("was", "999"), ("text", "9"), ("then", "preview")]
    client.send(client.post(f"{sheet_of(page)}/corrections", correction))
    assert app.server.records[9]["city"] == "Rome"


def test_a_problem_names_the_customer(client: AppClient, tmp_path: Path) -> None:
    """By the sheet's own column of names, whether it is sent or not."""
    (tmp_path / "edits.csv").write_text("Customer ID,Company,Terms\n7,Ulm Ltd,thirty\n", encoding="utf-8")
    columns, fields = client.columns(tmp_path / "edits.csv")
    page = client.page(client.post(columns, (fields | {"field-1": "-"}).items()))
    assert re.search(r"Ulm Ltd\s*<small>7</small>", page)


def test_the_same_faulty_text_is_corrected_in_all_its_rows_at_once(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    many = [f"{number},thirty,Ulm" for number in range(1, 31)]
    lines = ["Customer ID,Terms,City", *many, "31,soon,Ulm", "31,soon,Ulm", '"1,032",,Ulm', '"1,032",,Ulm']
    (tmp_path / "edits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns, fields = client.columns(tmp_path / "edits.csv")
    problems = client.post(columns, fields.items())
    page = client.page(problems)
    assert "Terms: “thirty” in 30 rows" in page
    assert "Customer ID: “" not in page, "an id is each row's own"
    typed = [("same-column", "Terms"), ("same-value", "thirty"), ("same-text", "Net 30")]
    alone = [("cell", "3|Terms"), ("was", "thirty"), ("text", "Net 60")]
    page = client.page(client.post(problems.replace("/problems", "/corrections"), [*typed, *alone]))
    assert "4 of 34 rows have a problem" in page
    assert "30 cells corrected" in page
    copy = app.state / "app" / problems.split("/")[2] / "edits.corrected.csv"
    assert copy.read_text(encoding="utf-8-sig").splitlines()[1:3] == ["1,Net 30,Ulm", "2,Net 60,Ulm"]


def test_a_preview_from_before_a_correction_is_not_sent_from_another_window(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.reset(app.server.at_first.values())
    preview = client.preview(lost_zero(tmp_path))
    correction = [("cell", "3|Zip Code"), ("was", "02135"), ("text", "02139"), ("then", "preview")]
    client.post(f"{sheet_of(client.page(preview))}/corrections", correction)
    assert client.post(f"{preview}/apply", [("count", "2"), ("seen", "")]) == preview
    assert "The sheet was corrected, or other columns were chosen, after this preview." in client.page(preview)
    assert app.server.asked("PUT") == []


def test_a_corrected_workbook_that_is_dropped_again_is_known_to_be_sent(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """The copy that is made the second time is another file: its content holds when it was made."""
    path = lost_zero(tmp_path)
    for text, known in (("02139", False), ("02140", True)):
        app.server.reset(app.server.at_first.values())
        preview = client.preview(path)
        correction = [("cell", "2|Zip Code"), ("was", "2134"), ("text", text), ("then", "preview")]
        again = client.post(f"{sheet_of(client.page(preview))}/corrections", correction)
        assert ("This file was sent before" in client.page(again)) is known
        client.send(again)


def test_what_kept_a_corrected_sheet_from_its_preview_is_said_above_its_problems(
    client: AppClient, app: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.server.reset(app.server.at_first.values())
    sheet = sheet_of(client.page(client.preview(lost_zero(tmp_path))))
    monkeypatch.delenv("CAMPFIRE_API_KEY")
    correction = [("cell", "2|Zip Code"), ("was", "2134"), ("text", "02139"), ("then", "preview")]
    page = client.page(client.post(f"{sheet}/corrections", correction))
    assert "No problems in 3 rows" in page
    assert "The API key is missing." in page


def test_corrections_for_a_worksheet_that_was_left_in_another_window_go_nowhere(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    path = lost_zero(tmp_path)
    book = openpyxl.load_workbook(path)
    other = book.create_sheet("Other")
    for row in (["Customer ID", "Zip Code"], [4, "02141"]):
        other.append(row)
    book.save(path)
    columns, fields = client.columns(path)
    sheet = columns.removesuffix("/columns")
    client.post(f"{sheet}/worksheet", [("worksheet", "Sheet")])
    client.post(columns, fields.items())
    client.post(f"{sheet}/worksheet", [("worksheet", "Other")])
    correction = [("cell", "2|Zip Code"), ("was", "2134"), ("text", "02139")]
    assert client.post(f"{sheet}/corrections", correction) == columns
    assert "corrected" not in client.page(client.post(columns, client.fields(columns).items()))


def test_a_carriage_return_in_a_cell_is_shown_where_the_browser_keeps_it(client: AppClient, tmp_path: Path) -> None:
    """A field of one line would drop it, and so correct a cell that nobody has touched."""
    path = tmp_path / "edits.tsv"
    path.write_bytes(b'Customer ID\tNotes\n1\t"a\rb"\n')
    columns, fields = client.columns(path)
    page = client.page(client.post(columns, fields.items()))
    assert re.search(r'<textarea[^>]* name="text"[^>]*>', page)


def test_a_totals_row_is_left_out_on_the_preview(client: AppClient, app: RunningApp, tmp_path: Path) -> None:
    app.server.reset(app.server.at_first.values())
    (tmp_path / "edits.csv").write_text("Customer ID,Company,City\n7,,Rome\nTotal,,\n7,,Ulm\n", encoding="utf-8")
    preview = client.preview(tmp_path / "edits.csv")
    page = client.page(preview)
    assert "Delete the row" not in page
    assert "Tick “Leave out” in all of these rows but one." in page
    assert page.count('name="leave"') == 3
    left = [("leave", "3"), ("leave", "4"), ("then", "preview")]
    again = client.post(f"{sheet_of(page)}/corrections", left)
    assert "1 customer would change" in client.page(again)
    client.send(again)
    assert app.server.records[7]["city"] == "Rome"


def test_no_remedy_in_the_app_asks_for_excel_where_a_box_or_a_tick_does_it() -> None:
    for kind, words in CATALOGUE.items():
        here = remedy_here(Problem(2, "City", "x", kind, words.problem, words.remedy))
        assert not re.search("Format the|elete the row", here), kind
        assert here[0].isupper(), kind
    assert remedy_here(problem("leading_zeros", 2, "Zip", "2134", before="02134")) == "Type the value as it should be."
    assert remedy_here(problem("long_number", 2)) == "Type the number again."


def test_a_field_with_choices_is_corrected_by_choosing_one(client: AppClient, tmp_path: Path) -> None:
    lines = ["Customer ID,Terms,City", "1,thirty,Ulm", "2,thirty,Ulm", "3,Net 30,Ulm"]
    (tmp_path / "edits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns, fields = client.columns(tmp_path / "edits.csv")
    problems = client.post(columns, fields.items())
    preview = client.post(problems.replace("/problems", "/preview"))
    for page, many in ((client.page(problems), 3), (client.page(preview), 2)):
        assert page.count("<option>Net 45</option>") == many
        assert "Choose one from the list." in page
        assert re.search(
            r'<select form="corrections" name="text" aria-label="Row 2, Terms">\s*<option value="thirty"', page
        )


def test_a_corrected_id_that_would_rename_a_customer_is_asked_about_first(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.reset(app.server.at_first.values())
    lines = ["Customer ID,Customer Name,City", "999,Ghost Corp,Rome", f"8,{app.server.records[8]['name']},Ulm"]
    (tmp_path / "edits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = client.page(client.preview(tmp_path / "edits.csv"))
    assert "Is it the same" not in page
    correction = [("cell", "2|Customer ID"), ("was", "999"), ("text", "9"), ("then", "preview")]
    again = client.page(client.post(f"{sheet_of(page)}/corrections", correction))
    question = f"You corrected the id to 9, and this row would rename {app.server.records[9]['name']} to Ghost Corp."
    first, in_its_row = again.index(f"Row 2: {question} Is it the same customer?"), again.rindex(question)
    assert first < again.index('id="rows"') < in_its_row
