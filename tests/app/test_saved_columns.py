"""The choices for a sheet's columns: asked about where they are doubtful, and never changed behind somebody's back."""

import re
import shutil
from pathlib import Path

import openpyxl

from sync.app.drafts import Drafts
from sync.app.saved_mappings import SavedMappings
from sync.commands.check import check
from sync.progress import Progress
from sync.settings import Settings
from sync.status import Status
from tests.app.conftest import RunningApp
from tests.support.app_client import AppClient
from tests.support.product import ROOT


def sheet(folder: Path, *lines: str) -> Path:
    path = folder / "edits.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def difference(column: str, before: str, after: str) -> str:
    """The line of a column that was changed."""
    cells = f'<td class="before" data-label="Before">{before}</td><td class="after" data-label="After">{after}</td>'
    return f'<th scope="row">{column}</th>{cells}'


def test_other_choices_for_the_same_headers_are_shown_before_they_are_saved(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    path = sheet(tmp_path, "Cust. No.,Town,Hint", "21,Ulm,x")
    columns, fields = client.columns(path)
    preview = client.post(client.post(columns, fields.items()).replace("/problems", "/preview"))
    saved = SavedMappings(app.state).latest(["Cust. No.", "Town", "Hint"])
    assert saved is not None
    text = saved.read_text(encoding="utf-8")
    columns, fields = client.columns(path)
    assert "as you saved them for sheets with these headers" in client.page(columns)
    other = fields | {"field-1": "company_name", "field-2": "notes"}
    asked = client.answer(columns, other.items())
    assert "You have changed saved choices" in asked
    assert difference("Town", "City", "Company Name") in asked
    assert difference("Hint", "not sent", "Notes") in asked
    assert "Company Name</option>" in client.answer(columns, [*other.items(), ("again", "yes")])
    client.post(columns, [*other.items(), ("sure", "changes")])
    assert saved.read_text(encoding="utf-8") == text, "the earlier preview was made with it"
    latest = SavedMappings(app.state).latest(["Cust. No.", "Town", "Hint"])
    assert latest is not None
    assert latest.name == saved.name.replace(".yaml", "-2.yaml")
    assert "Hint: notes" in latest.read_text(encoding="utf-8")
    client.send(preview)
    assert app.server.records[21]["city"] == "Ulm"


def test_a_spelling_that_gets_its_first_meaning_is_nothing_to_ask_about(client: AppClient, tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer ID,Term of payment", "22,<clear>", "23,45 d")
    columns, fields = client.columns(path)
    assert "&lt;clear&gt;” means" not in client.page(columns), "it empties the field, and is not refused"
    client.post(columns, (fields | {"value-1-0": "net_45"}).items())
    sheet(tmp_path, "Customer ID,Term of payment", "22,60 d")
    columns, fields = client.columns(path)
    assert client.post(columns, (fields | {"value-1-0": "net_60"}).items()).endswith("/problems")


def test_another_meaning_of_a_spelling_is_shown_as_the_choices_are_called(client: AppClient, tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer ID,Term of payment,City", "22,45 d,Ulm", "23,soon,Ulm")
    columns, fields = client.columns(path)
    client.post(columns, (fields | {"value-1-0": "net_45", "value-1-1": "net_10"}).items())
    columns, fields = client.columns(path)
    asked = client.answer(columns, (fields | {"value-1-0": "net_60", "value-1-1": ""}).items())
    assert difference("Term of payment: “45 d”", "Net 45", "Net 60") in asked
    assert difference("Term of payment: “soon”", "Net 10", "refuse the row") in asked


def test_a_column_of_names_is_not_taken_for_the_ids_without_a_word(client: AppClient, tmp_path: Path) -> None:
    path = sheet(tmp_path, "Customer ID,Company,City", "23,Acme Ltd,Ulm", "24,Example Ltd,Bonn", "25,4711,Köln")
    columns, fields = client.columns(path)
    by_name = fields | {"id": "Company"}
    asked = client.answer(columns, by_name.items())
    assert "The column “Company” does not seem to hold customer ids" in asked
    assert "It holds texts such as “Acme Ltd” and “Example Ltd”." in asked
    assert "Use “Customer ID” for the ids" in asked
    assert client.post(columns, [*by_name.items(), ("sure", "id")]).endswith("/problems")
    columns, fields = client.columns(sheet(tmp_path, "Company,City", "Acme Ltd,Ulm"))
    asked = client.answer(columns, (fields | {"id": "Company"}).items())
    assert "If no column holds the ids, export the customers from the start page" in asked


def test_numbers_that_may_be_the_persons_own_are_not_taken_for_the_ids_without_a_word(
    client: AppClient, tmp_path: Path
) -> None:
    columns, fields = client.columns(sheet(tmp_path, "Cust No,Municipality", "23,Ulm"))
    doubt = "“Cust No” is close to Customer ID; check that these are the ids of Campfire and not your own numbers"
    assert doubt in client.page(columns)
    client.post(columns, {**fields, "field-1": "city"}.items())
    assert doubt not in client.page(columns), "the person has said that they are"
    columns, _ = client.columns(sheet(tmp_path, "Customer ID,Municipality", "x,Ulm"))
    assert "own numbers" not in client.page(columns)


def test_a_guessed_meaning_is_among_what_a_person_should_look_at(client: AppClient, tmp_path: Path) -> None:
    columns, fields = client.columns(sheet(tmp_path, "Customer ID,City,Terms", "23,Ulm,30 days"))
    first, folded = client.page(columns).split("<details open><summary>")
    assert re.findall('<th scope="row"[^>]*>([^<]*)', first) == ["Terms"]
    assert "The meaning of its spellings is a guess: check it" in first
    assert fields["value-2-0"] == "net_30"
    assert ">City</th>" in folded


def test_the_app_finds_as_many_faulty_rows_as_check(client: AppClient) -> None:
    """A row that has text in a column alone which the mapping in force ignores is passed over by both."""
    path = ROOT / "samples" / "customer_edits.csv"
    counts = check(path, Settings(), Progress()).run.counts
    columns, fields = client.columns(path)
    problems = client.page(client.post(columns, fields.items()))
    assert f"{counts[Status.INVALID]} of {sum(counts.values())} rows have a problem" in problems


def test_two_columns_for_one_field_are_refused_with_what_was_chosen_still_there(
    client: AppClient, tmp_path: Path
) -> None:
    columns, fields = client.columns(sheet(tmp_path, "Customer ID,Town 1,Town 2", "26,Ulm,Bonn"))
    page = client.answer(columns, (fields | {"field-1": "city", "field-2": "city"}).items())
    assert "The columns “Town 1” and “Town 2” have the same field. Choose it for one of them." in page
    assert page.count('<option value="city" selected>') == 2


def test_a_preview_by_other_columns_stays_outdated_when_the_next_one_is_made(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    columns, fields = client.columns(sheet(tmp_path, "Customer No.,Town,Remark", "28,Ulm,x"))
    first = client.post(client.post(columns, fields.items()).replace("/problems", "/preview"))
    assert 'id="count"' in client.page(first)
    other = [*(fields | {"field-1": "company_name"}).items(), ("sure", "changes")]
    second = client.post(client.post(columns, other).replace("/problems", "/preview"))
    assert 'id="count"' not in client.page(first)
    assert client.post(f"{first}/apply", [("count", "1"), ("seen", "")]) == first
    client.send(second)
    assert app.server.changed(28) == {"company_name": "Ulm"}


def test_a_column_of_remarks_begins_as_not_sent_and_is_warned_of(client: AppClient, tmp_path: Path) -> None:
    """Whoever has meant it for Campfire learns that nothing of it is sent."""
    columns, fields = client.columns(sheet(tmp_path, "Customer ID,City,Remarks", "21,Ulm,call them first"))
    assert fields["field-2"] == ""
    problems = client.post(columns, fields.items())
    assert "Nothing in the column “Remarks” is sent, since no field is chosen for it." in client.page(problems)


def test_what_is_doubtful_new_or_changed_comes_before_what_is_recognised(
    client: AppClient, app: RunningApp, tmp_path: Path
) -> None:
    """A whole export, of which a person has edited a column and added one."""
    path = tmp_path / "customers.xlsx"
    shutil.copy(Drafts(app.state).exported(client.post("/export").partition("?")[0].split("/")[2]), path)
    book = openpyxl.load_workbook(path)
    headers = [cell.value for cell in book.active[1]]
    book.active.cell(3, headers.index("City") + 1).value = "Ulm"
    book.active.cell(1, len(headers) + 1).value, book.active.cell(3, len(headers) + 1).value = "D\u0443nning", "soon"
    book.save(path)
    columns, fields = client.columns(path)
    first, folded = client.page(columns).split("<details><summary>")
    assert re.findall('<th scope="row"[^>]*>([^<]*)', first) == ["City", "D\u0443nning"]
    assert "1 cell changed since the export.</b> </td>" in first
    assert "No field seems to fit: “\u0443” (U+0443) is a Cyrillic letter, not a Latin one" in first
    assert folded.startswith(f"{len(headers) - 2} other columns are recognised</summary>")
    client.post(columns, fields.items())
    assert f"{len(headers) - 2} other columns are as you saved them" in client.page(columns)
    two_for_one = fields | {f"field-{headers.index('Notes')}": "city"}
    first, _ = client.answer(columns, two_for_one.items()).split("<details open><summary>")
    assert re.findall('<th scope="row"[^>]*>([^<]*)', first) == ["City", "Notes", "D\u0443nning"]


def test_the_advice_of_to_fix_is_no_column_to_choose_for(client: AppClient, tmp_path: Path) -> None:
    columns, fields = client.columns(sheet(tmp_path, "What is wrong,What to do,Customer ID,City", "x,y,27,Ulm"))
    assert ">What is wrong</th>" not in client.page(columns)
    problems = client.page(client.post(columns, fields.items()))
    assert "No problems in 1 row" in problems
    assert "Look at these first" not in problems
