"""Whose record it is: rows that name their record by another field, deleted records, contacts in changing order."""

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.fault_http import Asked
from tests.support.fault_records import contact, copied, customer
from tests.support.fault_server import Drift, FaultServer
from tests.support.product import FAST, Campfire, Ran
from tests.support.truth import judge_bodies, wishes_for, write_sheet

OPTIONS = (*FAST, "--json")
BY_EXTERNAL_ID = """
id: {column: ERP No., match: external_id}
columns: {Payment Terms: terms, Customer Name: name, Zip Code: zip_code}
"""


def sheet_by_number(folder: Path, *rows: str, mapping: str = BY_EXTERNAL_ID) -> tuple[object, ...]:
    """The arguments for a sheet with these rows under its headers, and its mapping."""
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / "edits.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "edits.csv", "--mapping", folder / "mapping.yaml"


def messages(ran: Ran) -> str:
    return " ".join(told.message for told in ran.told)


# --- match: ---


def test_rows_are_for_the_record_whose_field_holds_their_text(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n, external_id=f" ERP\u00a0{n} ") for n in range(1, 41))
    args = sheet_by_number(tmp_path, "ERP No.,Payment Terms", "ERP 7,net_45", " ERP 8,net_45", "erp 9,net_45")
    ran = campfire("run", *args, *OPTIONS)
    assert [(told.customer, told.status) for told in ran.told] == [(7, "updated"), (8, "updated"), (None, "invalid")]
    assert "no customer whose External ID is “erp 9”" in messages(ran)
    assert [server.records[n]["terms"] for n in (7, 8, 9)] == ["net_45", "net_45", "net_30"]


def test_a_record_that_has_another_text_by_the_time_of_sending_is_not_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset(customer(n, external_id=f"E{n}") for n in (1, 2, 3))
    server.drift = {2: [Drift("GET", 1, {"external_id": "E9"})]}  # matched by the list, and read again to be sent
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", "E1,net_45", "E2,net_45"), *OPTIONS)
    assert ran.statuses == {1: "updated", 2: "invalid"}
    assert "ERP No.: the sheet says “E2” but Campfire has “E9”" in messages(ran)


def test_a_text_that_two_records_hold_makes_the_row_invalid(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, external_id="A"), customer(2, external_id="A"), customer(3, external_id="B")])
    args = sheet_by_number(tmp_path, "ERP No.,Payment Terms", "A,net_45", "B,net_45")
    ran = campfire("run", *args, *OPTIONS)
    assert [told.status for told in ran.told] == ["invalid", "updated"]
    assert "more than one customer has the External ID “A”: 1 and 2" in messages(ran)
    assert not server.changed(1) and not server.changed(2)


@pytest.mark.parametrize(("key", "shown"), [("00123", "123"), ("+4930123", "4930123"), ("12E5", "1200000")])
def test_a_number_that_excel_may_have_made_of_another_records_text_is_put_before_a_person(
    key: str, shown: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, external_id=shown), customer(2, external_id=key)])
    args = sheet_by_number(tmp_path, "ERP No.,Payment Terms", f"{shown},net_45", f"{key},net_60")
    ran = campfire("run", *args, *OPTIONS)
    assert [(told.customer, told.status) for told in ran.told] == [(None, "invalid"), (2, "updated")]
    assert f"“{shown}” is customer 1's External ID, but Excel also turns customer 2's “{key}” into it." in messages(ran)
    assert not server.changed(1)


def test_a_number_that_matches_nothing_is_told_of_the_text_that_excel_has_made_it_of(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, external_id="00123"), customer(2, external_id="007"), customer(3, external_id="07")])
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", "123,net_45", "7,net_45"), *OPTIONS)
    assert [told.status for told in ran.told] == ["invalid", "invalid"]
    assert "“123” is Campfire's “00123” without its leading zeros." in messages(ran)
    assert "there is no customer whose External ID is “7”" in messages(ran)
    assert "row 3: invalid: ERP No.: there is no customer" in ran.stderr  # nor a customer that could be named


def test_a_deleted_record_never_matches(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.reset([customer(1, external_id="A", is_deleted=True), customer(2, external_id="A")])
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", "A,net_45"), *OPTIONS)
    assert [(told.customer, told.status) for told in ran.told] == [(2, "updated")]


def test_ten_thousand_rows_cost_no_more_than_the_pages_of_the_list(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Each page begins with the last record of the one before."""
    server.reset(customer(n, external_id=f"E{n}") for n in range(1, 198))
    server.page_size = 50
    rows = ["ERP No.,Payment Terms", *(f"E{n},net_45" for n in range(1, 198))]
    ran = campfire("run", *sheet_by_number(tmp_path, *rows), "--dry-run", *OPTIONS)
    assert ran.json["counts"]["would_update"] == 197
    assert len(server.log) == 4


@pytest.mark.parametrize(
    ("how", "pages"), [("no-order", 18), ("duplicates", 3), ("offset-ignored", 6), ("endless", 1), ("404", 1)]
)
def test_a_list_that_cannot_be_read_reliably_stops_the_run(
    how: str, pages: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """A record that it shows twice or never could make one of two, or none of one. It costs no more pages than that."""
    server.reset(customer(n, external_id=f"E{n}") for n in range(1, 41))
    server.page_size, server.list_as = 7, how
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", "E7,net_45"), *OPTIONS)
    assert ran.exit_code == 3
    assert not server.asked("PUT")
    assert len(server.asked("GET")) <= pages
    server.list_as = "ok"
    assert campfire("resume", *OPTIONS).statuses == {7: "updated"}


@pytest.mark.parametrize("count", [40, 42])
@pytest.mark.parametrize("page", [2, 3])
def test_a_record_that_slips_to_a_page_that_was_read_is_not_denied(
    page: int, count: int, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """One record is deleted and another one created while the list is read, so the count stays the same."""
    server.reset(customer(n, external_id=f"E{n}") for n in range(1, count + 1))
    server.page_size = 7
    first_of_page = 7 * (page - 1) + 1 - (page - 2)
    rows = [f"E{n},net_45" for n in range(first_of_page, first_of_page + 7)]
    sheet = sheet_by_number(tmp_path, "ERP No.,Payment Terms", *rows)

    def change_the_list(asked: Asked) -> None:
        if len(server.log) == page:
            del server.records[3]
            server.records[50] = customer(50, external_id="E50")

    server.hook = change_the_list
    ran = campfire("run", *sheet, "--dry-run", *OPTIONS)
    assert ran.json["counts"]["would_update"] == 7
    assert len(server.asked("GET")) == page + 7, "the list is read once more"


def test_a_list_that_does_not_show_the_field_stops_the_run_and_denies_no_record(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, external_id="A"), customer(2, external_id="B")])
    server.list_as = "few-fields"
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", "A,net_45"), *OPTIONS)
    assert (ran.exit_code, server.asked("PUT")) == (3, [])
    assert "does not show external_id" in ran.json["error"]
    assert [told.status for told in ran.told] == ["not sent"]


def test_two_rows_for_the_same_record_are_both_invalid(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """Whether their texts differ in the Unicode form, or in a kind of blank that only the record tells to be one."""
    server.reset([customer(1, external_id="Cafe\u0301"), customer(2, external_id="B"), customer(3, external_id="C 3")])
    rows = ("Caf\u00e9,net_45", "Cafe\u0301,net_60", "B,net_45", "C 3,net_45", "C\u00a03,net_60")
    ran = campfire("run", *sheet_by_number(tmp_path, "ERP No.,Payment Terms", *rows), *OPTIONS)
    assert [told.status for told in ran.told] == ["invalid", "invalid", "updated", "invalid", "invalid"]
    assert (
        "customer 3 is also in row 6, so it is not clear which row counts; the rows differ in Payment Terms (“net_45” "
        "here, “net_60” in row 6)."
    ) in messages(ran)


# --- verify: ---


def test_a_row_that_does_not_verify_is_not_sent(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    mapping = "id: Customer ID\ncolumns: {Payment Terms: terms}\nverify: {Legal Name: name}\n"
    rows = ["Customer ID,Legal Name,Payment Terms", "1,Example Widgets 1 Ltd,net_45", "2,Another Ltd,net_45"]
    rows += ["3,Example Widgets 3 Ltd,net_45"]
    server.drift = {3: [Drift("GET", 1, {"name": "Renamed Ltd"})]}  # planned by the list, and read again to be sent
    ran = campfire("run", *sheet_by_number(tmp_path, *rows, mapping=mapping), *OPTIONS)
    assert ran.statuses == {1: "updated", 2: "invalid", 3: "invalid"}
    assert "“Another Ltd”" in messages(ran)
    assert "“Renamed Ltd”" in messages(ran)
    assert all("name" in asked.body for asked in server.asked("PUT"))


def test_a_mismatch_names_the_column_that_verifies_and_not_the_one_that_edits_the_field(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    mapping = "id: Customer ID\ncolumns: {New Name: name}\nverify: {legal name: name, VAT: vat_number}\n"
    rows = ["Customer ID,New Name,Legal Name,VAT", "1,A,Example Widgets 1 Ltd,GB1", "2,B,Another Ltd,GB100000002"]
    ran = campfire("run", *sheet_by_number(tmp_path, *rows, mapping=mapping), *OPTIONS)
    assert [told.message.partition(":")[0] for told in ran.told] == ["VAT", "Legal Name"]
    problems = openpyxl.load_workbook(ran.json["results"])["Problems"]
    assert [row[3].value for row in problems.iter_rows(min_row=2)] == ["VAT", "Legal Name"]


def test_a_tax_number_that_tells_the_record_is_not_printed(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.reset([customer(1, vat_number="0077123456"), customer(2, vat_number="123E7"), customer(3, vat_number="")])
    mapping = "id: {column: Tax, match: vat_number}\ncolumns: {City: city}\n"
    rows = ["Tax,City", "77123456,Bonn", "typed secret,Bonn", "1230000000,Bonn"]
    ran = campfire("run", *sheet_by_number(tmp_path, *rows, mapping=mapping), *OPTIONS)
    assert [told.status for told in ran.told] == ["invalid"] * 3
    assert "without its leading zeros" in ran.stderr
    assert not any(text in ran.stderr for text in ("77123456", "typed", "123E7"))


def test_a_tax_number_that_verifies_is_not_printed(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.reset([customer(1, vat_number="held-77-secret")])
    mapping = "id: Customer ID\ncolumns: {City: city}\nverify: {Tax: vat_number}\n"
    rows = ["Customer ID,City,Tax", "1,Bonn,typed secret"]
    ran = campfire("run", *sheet_by_number(tmp_path, *rows, mapping=mapping), *OPTIONS)
    assert ran.statuses == {1: "invalid"}
    assert "Tax: the sheet says" in ran.stderr
    assert "held-77" not in ran.stderr
    assert "typed" not in ran.stderr


# --- names that belong to another ---


def test_a_new_name_that_another_record_has_is_a_warning(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """The rows may have slipped: the other record need not be in the sheet."""
    rows = ["Customer ID,Customer Name", "1,Example Widgets 2 Ltd", "3,Example Widgets 4 Ltd", "5,A new name"]
    mapping = "id: Customer ID\ncolumns: {Customer Name: name}\n"
    ran = campfire("run", *sheet_by_number(tmp_path, *rows, mapping=mapping), "--dry-run", *OPTIONS)
    warnings = [warning for warning in ran.json["warnings"] if warning["kind"] == "name_of_another"]
    assert [(each["column"], each["rows"], each["first_row"]) for each in warnings] == [("Customer Name", 2, 2)]
    assert "2 rows, the first is row 2. (If it is meant: --accept name_of_another)" in " ".join(ran.stderr.split())
    strict = campfire("run", tmp_path / "edits.csv", "--mapping", tmp_path / "mapping.yaml", "--strict", *OPTIONS)
    assert strict.exit_code == 2
    assert not server.asked("PUT")


# --- deleted records ---


def test_a_deleted_record_is_rejected_with_its_date(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    gone: dict[str, Any] = {"is_deleted": True, "deleted_at": "2026-03-01T10:00:00+0000"}
    server.reset([customer(1), customer(2, **gone), customer(4)])
    server.deleted = {3: customer(3, **gone), 6: customer(6)}  # 6: an API that shows others as well
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes_for([1, 2, 3, 5, 6])), *OPTIONS)
    assert ran.statuses == {1: "updated", 2: "rejected", 3: "rejected", 5: "rejected", 6: "rejected"}
    told = {each.customer: each.message for each in ran.told}
    assert told[2] == told[3] == "This customer was deleted on 2026-03-01."
    assert told[5].startswith("There is no customer 5, or this key may not see it: check the id.")
    assert told[6].startswith("There is no customer 6, or this key may not see it: check the id.")
    assert {asked.customer for asked in server.asked("PUT")} == {1}


def test_a_record_that_is_deleted_before_its_turn_is_not_sent(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    server.drift = {1: [Drift("GET", 1, {"is_deleted": True, "deleted_at": "2026-03-01T10:00:00+0000"})]}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes_for([1, 2])), *OPTIONS)
    assert ran.statuses == {1: "rejected", 2: "updated"}
    assert not server.asked("PUT", 1)


def test_a_record_that_is_deleted_after_the_list_of_deleted_ones_was_read_is_not_called_unknown(
    server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    """Row 5 has the list read, since there is no such customer; customer 2 goes when it is to be written."""

    def delete(asked: Asked) -> None:
        if (asked.method, asked.customer) == ("PUT", 2) and 2 in server.records:
            server.deleted[2] = server.records.pop(2) | {"is_deleted": True, "deleted_at": "2026-03-01T10:00:00+0000"}

    server.reset([customer(1), customer(2)])
    server.hook = delete
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes_for([1, 2, 5])), *OPTIONS)
    assert ran.statuses == {1: "updated", 2: "rejected", 5: "rejected"}
    told = {each.customer: each.message for each in ran.told}
    assert told[2] == "This customer was deleted on 2026-03-01."


# --- contacts in changing order ---


def shuffle_contacts(server: FaultServer) -> None:
    """Each request finds each record's contacts in another order."""
    chance = random.Random(7)

    def shuffle(asked: Asked) -> None:
        for record in server.records.values():
            chance.shuffle(record["contacts"])

    server.hook = shuffle


@pytest.mark.usefixtures("short_pauses")
def test_the_order_of_contacts_does_not_matter(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    shuffle_contacts(server)
    wishes = {n: {"contacts[1].email": f"new{n}@example.com"} for n in range(1, 21)}
    server.puts = {n: ["reset-after-apply"] for n in range(1, 11)} | {n: ["502"] for n in range(11, 21)}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS)
    assert set(ran.statuses.values()) == {"updated"}
    for n, record in server.records.items():
        emails = {each["id"]: each["email"] for each in record["contacts"]}
        first = f"new{n}@example.com" if n in wishes else f"contact1.{n}@example.com"
        assert emails == {n * 10 + 1: first, n * 10 + 2: f"contact2.{n}@example.com"}
    again = campfire("run", tmp_path / "e.csv", "--again", *OPTIONS)
    assert set(again.statuses.values()) == {"unchanged"}
    assert campfire("undo", ran.run, *OPTIONS).exit_code == 0
    emails = {each["id"]: each["email"] for record in server.records.values() for each in record["contacts"]}
    assert emails == {n * 10 + i: f"contact{i}.{n}@example.com" for n in server.records for i in (1, 2)}


@pytest.mark.parametrize("how", ["gone", "deleted"])
def test_a_contact_that_has_gone_between_the_plan_and_its_turn_is_a_conflict(
    how: str, server: FaultServer, campfire: Campfire, tmp_path: Path
) -> None:
    left = [contact(12, email="contact2.1@example.com")]
    left += [contact(11, is_deleted=True)] if how == "deleted" else []
    server.drift = {1: [Drift("GET", 2, {"contacts": left})]}
    wishes = {1: {"contacts[1].email": "new@example.com"}}
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS)
    assert ran.statuses == {1: "conflict"}
    assert server.records[1]["contacts"] == left


def test_a_deleted_contact_is_not_sent(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    server.records[1]["contacts"].append(contact(9, email="gone@example.com", is_deleted=True))
    campfire("run", write_sheet(tmp_path / "e.csv", wishes_for([1, 2])), *OPTIONS)
    assert [each["id"] for each in server.asked("PUT", 1)[0].body["contacts"]] == [11, 12]


# --- pauses ---


def test_what_somebody_does_in_a_pause_is_kept(server: FaultServer, campfire: Campfire, tmp_path: Path) -> None:
    """The record is read again after it, since the API asked for more than two seconds."""
    server.puts = {1: ["429:3"]}

    def somebody_comes(asked: Asked) -> None:
        if asked.method == "PUT" and len(server.asked("PUT")) == 1:
            server.records[1] |= {"city": "Shelbyville"}

    server.hook = somebody_comes
    wishes = wishes_for([1])
    ran = campfire("run", write_sheet(tmp_path / "e.csv", wishes), *OPTIONS)
    judge_bodies(server, wishes)
    assert ran.statuses == {1: "updated"}
    assert server.records[1]["city"] == "Shelbyville"


class NewIds(FaultServer):
    """Gives the contacts of a record other ids with each PUT."""

    def apply(self, asked: Asked, ignored: tuple[str, ...] = ()) -> tuple[int, Any]:
        """Do what the API does."""
        with self._lock:
            status, answer = super().apply(asked, ignored)
            if asked.applied:
                for item in self.records[asked.customer or 0]["contacts"]:
                    item["id"] += 100_000
                answer = copied(self.records[asked.customer or 0])
            return status, answer


@pytest.mark.parametrize("puts", [["ok", "ok"], ["reset-after-apply", "ok"], ["ok", "reset-after-apply"]])
def test_an_undo_knows_the_contacts_to_which_each_put_has_given_other_ids(
    puts: list[str], campfire: Campfire, tmp_path: Path
) -> None:
    with NewIds([customer(1)]) as server:
        server.puts, options = {1: puts}, (*OPTIONS, "--base-url", server.url)
        before = [item["email"] for item in server.records[1]["contacts"]]
        edits = "1,one@example.com,Two@Example.com,three@example.com"
        mails = "columns: {One: 'contacts[1].email', Two: 'contacts[2].email', Three: 'contacts[3].email'}"
        args = sheet_by_number(tmp_path, "Customer ID,One,Two,Three", edits, mapping=f"id: Customer ID\n{mails}")
        ran = campfire("run", *args, *options)
        assert [item["email"] for item in server.records[1]["contacts"]] == edits.split(",")[1:]
        undone = campfire("undo", ran.run, *options)
        assert (undone.exit_code, undone.statuses) == (0, {1: "updated"})
        assert [item["email"] for item in server.records[1]["contacts"]] == before
