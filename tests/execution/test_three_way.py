"""An exported sheet, edited while others edit the records: exported, sheet and record are compared."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support.fault_records import contact
from tests.support.fault_server import FaultServer
from tests.support.product import FAST, Campfire, Ran

OPTIONS = (*FAST, "--json")
MAPPING = """
id: Customer ID
columns:
  Payment Terms: terms
  Notes: notes
  City: city
  First Contact: contacts[1].email
  Third Contact: contacts[3].email
"""
Edit = Callable[..., Path]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def sheet(server: FaultServer, campfire: Campfire, tmp_path: Path, mapping: Path) -> Path:
    """All customers, exported."""
    path = tmp_path / "month.xlsx"
    ran = campfire("export", path, "--mapping", mapping, *FAST)
    assert ran.exit_code == 0, ran.stderr
    server.log.clear()
    return path


def type_in(path: Path, sheet: str | None = None, **cells: str) -> Path:
    """Type values into the cells named by customer and header: c7_City="Salem"."""
    book = openpyxl.load_workbook(path)
    page = book[sheet] if sheet else book.active
    headers = {cell.value: cell.column for cell in page[1]}
    rows = {str(row[headers["Customer ID"] - 1].value): row[0].row for row in page.iter_rows(min_row=2)}
    for name, value in cells.items():
        number, _, header = name.removeprefix("c").partition("_")
        page.cell(rows[number], headers[header.replace("_", " ")]).value = value
    book.save(path)
    return path


def summary(ran: Ran) -> str:
    """All that the sheet Summary says."""
    page = openpyxl.load_workbook(ran.json["results"], read_only=True)["Summary"]
    return "\n".join(str(value) for row in page.iter_rows(values_only=True) for value in row if value is not None)


def live_contacts(server: FaultServer, number: int) -> dict[int, str]:
    """The addresses of a customer's contacts, by their ids."""
    return {each["id"]: each["email"] for each in server.records[number]["contacts"] if not each["is_deleted"]}


def to_fix(path: Path) -> str:
    """What the sheet To fix says of its first row."""
    row = next(openpyxl.load_workbook(path)["To fix"].iter_rows(min_row=2, values_only=True))
    return "\n".join(str(value) for value in row if value is not None)


def statuses(ran: Ran, *but: str) -> dict[int, str]:
    return {n: status for n, status in ran.statuses.items() if status not in but}


def test_an_export_that_nobody_edited_sends_nothing_whatever_others_did(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    for n in range(1, 15):
        server.records[n] |= {"terms": "net_90", "notes": f"somebody {n}"}
    server.records[20]["contacts"][0]["email"] = "somebody@example.com"
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert ran.exit_code == 0
    assert set(ran.statuses.values()) == {"unchanged"}
    assert not server.asked("PUT")
    said = "29 cells were changed in Campfire since the export and are left alone: "
    said += "Payment Terms of customer 1, Notes of customer 1, Payment Terms of customer 2 and 26 more."
    assert ran.stderr.count(said) == 1
    assert said in summary(ran)
    assert ran.json["warnings"] == []


def test_cells_left_alone_are_counted_over_all_that_a_run_took(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    """Half of the records can't be read at first: the cells of the others are counted when the run is resumed."""
    for n in range(1, 15):
        server.records[n] |= {"terms": "net_90"}
    server.list_as, server.gets = "404", {n: ["502"] * 2 for n in range(1, 8)}
    type_in(sheet, c30_City="Salem")
    options = ("--mapping", mapping, *OPTIONS, "--max-attempts", "2")
    ran = campfire("run", sheet, *options, "--stop-after", "50")
    assert "7 cells were changed in Campfire since the export" in summary(ran)
    again = campfire("resume", ran.run, *OPTIONS)
    first = ", ".join(f"Payment Terms of customer {n}" for n in (8, 9, 10))
    said = f"14 cells were changed in Campfire since the export and are left alone: {first} and 11 more."
    assert said in summary(again)


def test_a_preview_says_which_cells_are_left_alone_and_so_does_its_apply_but_not_the_undo(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path, tmp_path: Path
) -> None:
    server.records[1]["terms"] = "net_90"
    type_in(sheet, c2_City="Salem")
    page, plan = tmp_path / "preview.html", tmp_path / "month.plan"
    preview = campfire("run", sheet, "--dry-run", "--mapping", mapping, "--html", page, "--plan", plan, *OPTIONS)
    said = "1 cell was changed in Campfire since the export and is left alone: Payment Terms of customer 1."
    assert said in summary(preview)
    assert said in page.read_text(encoding="utf-8")
    assert said in campfire("verify", plan).stdout
    applied = campfire("apply", preview.run, *OPTIONS)
    assert said in summary(applied)
    assert said not in summary(campfire("undo", applied.run, *OPTIONS))


def test_an_edit_of_terms_beside_a_payment_term_is_noted_once_and_holds_nothing_back(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    """Which of the two fields the API goes by is not documented."""
    server.records[3]["payment_term"] = None
    type_in(sheet, c3_Payment_Terms="Net 45", c4_Payment_Terms="Net 45", c5_Payment_Terms="Net 45", c6_City="Salem")
    ran = campfire("run", sheet, "--strict", "--mapping", mapping, *OPTIONS)
    assert statuses(ran, "unchanged") == dict.fromkeys((3, 4, 5, 6), "updated")
    note = "“Payment Terms” is edited where Campfire also holds “Payment Term ID”"
    assert ran.stderr.count(note) == 1
    assert "2 rows, the first is row 5" in ran.stderr
    assert note in summary(ran)


def test_only_the_cells_that_the_person_changed_are_sent(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    server.records[1]["terms"] = server.records[2]["terms"] = "net_90"
    type_in(sheet, c1_City="Salem")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert statuses(ran, "unchanged") == {1: "updated"}
    assert (server.records[1]["terms"], server.records[1]["city"]) == ("net_90", "Salem")
    assert server.records[2]["terms"] == "net_90"


def test_a_field_that_both_have_changed_is_a_conflict_and_to_fix_sends_what_the_person_confirms(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    server.records[7]["terms"] = "net_60"
    server.records[8]["city"] = "Salem"
    server.records[9]["notes"] = "kept by somebody"
    type_in(sheet, c7_Payment_Terms="Net 45", c8_City="Salem", c9_City="Austin")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert statuses(ran) == dict.fromkeys(range(1, 41), "unchanged") | {7: "conflict", 9: "updated"}
    message = next(told.message for told in ran.told if told.customer == 7)
    assert "Payment Terms was “Net 30” in the export, is “Net 45” in the sheet and “Net 60” in Campfire now" in message
    again = campfire("run", ran.json["results"], "--mapping", mapping, *OPTIONS)
    assert again.statuses == {7: "updated"}
    assert server.records[7]["terms"] == "net_45"


def test_what_somebody_writes_after_the_conflict_is_a_conflict_again(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    server.records[7]["terms"] = "net_60"
    type_in(sheet, c7_Payment_Terms="Net 45")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    server.records[7]["terms"] = "net_90"
    again = campfire("run", ran.json["results"], "--mapping", mapping, *OPTIONS)
    assert again.statuses == {7: "conflict"}
    assert server.records[7]["terms"] == "net_90"


def test_an_exported_contact_stays_that_contact(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    """Somebody deletes the first contact of one customer, and adds one before that of another."""
    server.records[1]["contacts"][0]["is_deleted"] = True
    server.records[2]["contacts"].insert(0, contact(5, email="earlier@example.com"))
    type_in(sheet, c1_First_Contact="new1@example.com", c2_First_Contact="new2@example.com")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert statuses(ran, "unchanged") == {1: "conflict", 2: "updated"}
    assert [each["email"] for each in server.records[1]["contacts"]] == [
        "contact1.1@example.com",
        "contact2.1@example.com",
    ]
    assert {each["id"]: each["email"] for each in server.records[2]["contacts"]} == {
        5: "earlier@example.com",
        21: "new2@example.com",
        22: "contact2.2@example.com",
    }


NEIGHBOUR = {12: "contact2.1@example.com"}


@pytest.mark.parametrize(
    ("answer", "status", "after"),
    [
        (None, "invalid", NEIGHBOUR),  # run again as it is
        ("new1@example.com", "updated", {12: "new1@example.com"}),
        ("", "unchanged", NEIGHBOUR),
        ("contact2.1@example.com", "unchanged", NEIGHBOUR),
    ],
)
def test_to_fix_asks_whether_an_edit_is_for_the_one_in_the_place_of_a_deleted_contact(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path, answer: str, status: str, after: object
) -> None:
    server.records[1]["contacts"][0]["is_deleted"] = True
    type_in(sheet, c1_First_Contact="new1@example.com")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    message = next(told.message for told in ran.told if told.customer == 1)
    assert "contact of the export has been deleted, and contact 1 is another one now, with “contact2.1@" in message
    results = Path(ran.json["results"])
    assert "right for the entry that is there now, type it again; otherwise type “contact2.1@" in to_fix(results)
    if answer is not None:
        type_in(results, "To fix", c1_First_Contact=answer)
    again = campfire("run", results, "--mapping", mapping, *OPTIONS)
    assert again.statuses == {1: status}
    assert live_contacts(server, 1) == after


@pytest.mark.parametrize(
    ("answer", "status"), [(None, "invalid"), ("third1@example.com", "updated"), ("", "unchanged")]
)
def test_to_fix_asks_whether_an_edit_is_for_a_contact_that_somebody_added(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path, answer: str, status: str
) -> None:
    server.records[1]["contacts"].append(contact(99, email="somebody@example.com"))
    type_in(sheet, c1_Third_Contact="third1@example.com")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    results = Path(ran.json["results"])
    if answer is not None:
        type_in(results, "To fix", c1_Third_Contact=answer)
    again = campfire("run", results, "--mapping", mapping, *OPTIONS)
    assert again.statuses == {1: status}
    assert server.records[1]["contacts"][2]["email"] == (answer if status == "updated" else "somebody@example.com")


def test_a_plain_sheet_whose_contact_goes_before_it_is_sent_is_corrected_in_to_fix(
    server: FaultServer, campfire: Campfire, mapping: Path, tmp_path: Path
) -> None:
    path = tmp_path / "edits.csv"
    path.write_text("Customer ID,First Contact\n1,new1@example.com\n", encoding="utf-8")
    preview = campfire("run", path, "--dry-run", "--mapping", mapping, *OPTIONS)
    server.records[1]["contacts"][0]["is_deleted"] = True
    ran = campfire("apply", preview.run, *OPTIONS)
    assert ran.statuses == {1: "conflict"}
    assert campfire("run", ran.json["results"], "--mapping", mapping, *OPTIONS).statuses == {1: "invalid"}
    type_in(Path(ran.json["results"]), "To fix", c1_First_Contact="new1@example.com")
    assert campfire("run", ran.json["results"], "--mapping", mapping, *OPTIONS).statuses == {1: "updated"}
    assert live_contacts(server, 1) == {12: "new1@example.com"}


def test_a_contact_with_a_column_of_its_own_is_not_offered_for_the_edit_of_a_deleted_one(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    mapping = tmp_path / "contacts.yaml"
    lines = "  First Contact: contacts[1].email\n  Second Contact: contacts[2].email\n"
    mapping.write_text(f"id: Customer ID\ncolumns:\n{lines}", encoding="utf-8")
    path = tmp_path / "contacts.xlsx"
    campfire("export", path, "--mapping", mapping, *FAST)
    server.records[1]["contacts"][0]["is_deleted"] = True
    type_in(path, c1_First_Contact="new1@example.com")
    ran = campfire("run", path, "--mapping", mapping, *OPTIONS)
    results = Path(ran.json["results"])
    assert campfire("run", results, "--mapping", mapping, *OPTIONS).statuses == {1: "conflict"}
    type_in(results, "To fix", c1_First_Contact="", c1_Second_Contact="new1@example.com")
    assert campfire("run", results, "--mapping", mapping, *OPTIONS).statuses == {1: "updated"}
    assert live_contacts(server, 1) == {12: "new1@example.com"}


def test_a_contact_that_somebody_added_is_not_overwritten(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    server.records[1]["contacts"].append(contact(99, email="somebody@example.com"))
    type_in(sheet, c1_Third_Contact="third1@example.com", c2_Third_Contact="third2@example.com")
    ran = campfire("run", sheet, "--mapping", mapping, *OPTIONS)
    assert statuses(ran, "unchanged") == {1: "conflict", 2: "updated"}
    assert server.records[1]["contacts"][2]["email"] == "somebody@example.com"
    assert server.records[2]["contacts"][2]["email"] == "third2@example.com"


def test_a_preview_foresees_the_conflict_and_the_apply_keeps_to_it(
    server: FaultServer, campfire: Campfire, sheet: Path, mapping: Path
) -> None:
    server.records[7]["terms"] = "net_60"
    type_in(sheet, c7_Payment_Terms="Net 45", c8_City="Salem")
    preview = campfire("run", sheet, "--dry-run", "--mapping", mapping, *OPTIONS)
    assert statuses(preview, "unchanged") == {7: "conflict", 8: "would update"}
    applied = campfire("apply", preview.run, *OPTIONS)
    assert statuses(applied, "unchanged") == {7: "conflict", 8: "updated"}
    again = campfire("run", applied.json["results"], "--mapping", mapping, *OPTIONS)
    assert again.statuses == {7: "updated"}
