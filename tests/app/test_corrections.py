"""Cells that are corrected where they show: in the check's problems, and in what only a record tells on the preview."""

import re
from pathlib import Path

import openpyxl

from sync.app.ticks import Ticks
from sync.journal.reader import JournalReader
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


def test_the_id_of_a_customer_that_is_not_there_is_corrected_on_the_preview(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    app.server.reset(app.server.at_first.values())
    (tmp_path / "edits.csv").write_text("Customer ID,City\n999,Rome\n", encoding="utf-8")
    page = client.page(client.preview(tmp_path / "edits.csv"))
    assert 'name="cell" value="2|Customer ID"' in page
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
    lines = ["Customer ID,Terms,City", *many, "31,soon,Ulm", "31,soon,Ulm"]
    (tmp_path / "edits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns, fields = client.columns(tmp_path / "edits.csv")
    problems = client.post(columns, fields.items())
    page = client.page(problems)
    assert "Terms: “thirty” in 30 rows" in page
    assert "Customer ID: “31” in" not in page, "an id is each row's own"
    typed = [("same-column", "Terms"), ("same-value", "thirty"), ("same-text", "Net 30")]
    alone = [("cell", "3|Terms"), ("was", "thirty"), ("text", "Net 60")]
    page = client.page(client.post(problems.replace("/problems", "/corrections"), [*typed, *alone]))
    assert "2 of 32 rows have a problem" in page
    assert "30 cells corrected" in page
    copy = max(app.state.glob("app/*/edits.corrected.csv"))
    assert copy.read_text(encoding="utf-8-sig").splitlines()[1:3] == ["1,Net 30,Ulm", "2,Net 60,Ulm"]
