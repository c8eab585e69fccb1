"""The samples: what is in them, and what should come of each row when it meets the sandbox's customers."""

import csv
import importlib.util
import json
import re
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from openpyxl import load_workbook

from sync.contract.load import load
from sync.model import MISSING
from sync.sandbox import RunningSandbox

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"

# What should come of each row of customer_edits.xlsx and .csv, by the sheet's own row number: the row's status (in a
# real run), and each field that changes, before and after.
EXPECTED: dict[int, tuple[str, dict[str, tuple[Any, Any]]]] = {
    2: ("updated", {"terms": ("net_30", "net_45")}),
    3: ("unchanged", {}),  # every cell is as the record is
    4: ("updated", {"name": ("Placeholder Foods GmbH", "Placeholder Foods AG")}),
    5: ("updated", {"terms": ("net_15", "net_60")}),  # the API's own value instead of its label
    6: (
        "updated",  # the zip is the number 7030, shown as 07030; the state is as it was
        {
            "address_street_1": ("55 Imaginary Way", "60 Imaginary Way"),
            "city": ("Newark", "Hoboken"),
            "zip_code": ("07102", "07030"),
        },
    ),
    7: ("unchanged", {}),
    8: ("updated", {"contacts[1].email": (MISSING, "payable@exemple-energie.example.com")}),  # the first contact
    9: ("updated", {"terms": (None, "due_on_receipt"), "phone_number": (None, "+49 221 555 0108")}),
    10: (
        "updated",
        {"contacts[1].email": ("payable@ejemplo-diseno.example.com", "facturas@ejemplo-diseno.example.com")},
    ),
    11: ("updated", {"is_1099": (True, False)}),
    12: ("invalid", {}),  # the zip is 5401, and the record's is 05401
    13: ("updated", {"status": ("ACTIVE", "INACTIVE")}),
    14: ("updated", {"phone_number": ("+1 212 555 0113", None)}),  # <clear>
    15: ("invalid", {}),  # Net 37 is no choice
    16: ("unchanged", {}),  # the name is in another Unicode form
    17: ("rejected", {}),  # 404
    19: ("invalid", {}),  # a name of 251 characters
    20: (
        "updated",
        {
            "address_street_1": ("Provgatan 17", "Provgatan 71"),
            "city": ("Malmö", "Göteborg"),
            "zip_code": ("211 15", "411 01"),
        },
    ),
    21: ("updated", {"status": ("INACTIVE", "ACTIVE"), "notes": ("Contract ended in March.", None)}),
    22: ("invalid", {}),  # the same id as row 25
    23: ("invalid", {}),  # an e-mail address without @
    24: ("updated", {"vat_number": ("GB 000 0000 21", "GB 000 0000 99")}),  # blanks around it
    25: ("invalid", {}),  # the same id as row 22
    26: ("unchanged", {}),  # the label in another case
    27: ("unchanged", {}),
    28: ("unchanged", {}),  # the zip is the number 2903, shown as 02903
    29: ("updated", {"city": ("Windhoek", "Walvis Bay")}),  # the country is NA, and stays it
    31: ("updated", {"notes": (None, "None")}),
    32: ("updated", {"terms": ("net_30", "net_60")}),  # hidden in the workbook
    33: ("updated", {"notes": (None, "Invoices by post.\nA copy to the parent company.")}),
    34: ("invalid", {}),  # a VAT number as 4.99E+11
    35: ("updated", {"notes": ("", "Year-end review in January.")}),  # Is 1099 is TRUE, as in the record
    36: (
        "updated",
        {"city": ("Worcester", "Nashua"), "state": ("MA", "NH"), "zip_code": ("01608", "03060")},
    ),
    37: ("updated", {"phone_number": (None, "+47 555 01 32")}),
    38: ("updated", {"city": ("Łódź", "Kraków"), "zip_code": ("90-001", "30-001")}),
    39: ("invalid", {}),  # Dormant is no choice
    40: ("unchanged", {}),  # <clear> where there is nothing
    41: ("invalid", {}),  # <clear> in a field that can't be emptied
    42: ("updated", {"address_street_1": ("1-38 Rei-cho", "1-39 Rei-cho")}),
    43: ("updated", {"vat_number": ("FR00000000045", "555000045")}),  # a number cell
    44: ("updated", {"contacts[1].email": ("payable@sandcastle-sample.example.com", None)}),
    45: ("invalid", {}),  # no id
    46: ("updated", {"zip_code": ("04103", "04109")}),  # the id is stored as text
}
PASSED_OVER = {18, 30}  # empty; filled in an ignored column alone
HIDDEN = {32}


def make_samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_samples", SAMPLES / "make_samples.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def csv_rows(directory: Path = SAMPLES) -> list[list[str]]:
    with (directory / "customer_edits.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def xlsx_rows(directory: Path = SAMPLES) -> list[list[str]]:
    sheet = load_workbook(directory / "customer_edits.xlsx").worksheets[0]
    return [[shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def shown(value: Any, number_format: str) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if number_format == "00000" and isinstance(value, int):
        return f"{value:05d}"
    return "" if value is None else str(value)


def rows() -> dict[int, dict[str, str]]:
    headers, *records = csv_rows()
    return {number: dict(zip(headers, record, strict=True)) for number, record in enumerate(records, start=2)}


def customers() -> dict[int, dict[str, Any]]:
    listed = json.loads((SAMPLES / "sandbox_customers.json").read_text(encoding="utf-8"))
    return {customer["id"]: customer for customer in listed}


def mapped() -> dict[str, str]:
    text = (ROOT / "mappings" / "customers.yaml").read_text(encoding="utf-8")
    columns: dict[str, str] = yaml.safe_load(text)["columns"]
    return columns


def value_of(field: str, cell: str) -> Any:
    """What a good cell stands for, worked out as plainly as can be."""
    text = unicodedata.normalize("NFC", cell.strip())
    about = load().fields.get(field)
    if text == "<clear>":
        return None
    if about and about.type == "boolean":
        return {"no": False, "TRUE": True}[text]
    if about and about.type == "choice":
        said = {word.casefold(): value for value, label in about.choices.items() for word in (value, label)}
        return said[text.casefold()]
    return text


def held(customer: dict[str, Any], field: str) -> Any:
    if field != "contacts[1].email":
        return customer[field]
    return customer["contacts"][0]["email"] if customer["contacts"] else MISSING


# --- what should come of the rows ---


def test_every_row_with_data_is_expected_to_come_to_something() -> None:
    assert set(EXPECTED) | PASSED_OVER == set(rows())
    assert not set(EXPECTED) & PASSED_OVER


@pytest.mark.parametrize("number", [n for n, (status, _) in EXPECTED.items() if status in ("updated", "unchanged")])
def test_what_is_expected_of_a_good_row_follows_from_its_cells_and_the_customer(number: int) -> None:
    cells = rows()[number]
    customer = customers()[int(cells["Customer ID"])]
    asked = {field: value_of(field, cells[header]) for header, field in mapped().items() if cells.get(header)}
    changes = {
        field: (held(customer, field), value) for field, value in asked.items() if held(customer, field) != value
    }
    assert changes == EXPECTED[number][1]
    assert EXPECTED[number][0] == ("updated" if changes else "unchanged")


def test_the_sandbox_takes_every_change_that_is_expected_and_does_not_know_the_unknown_customer(
    sandbox: RunningSandbox,
) -> None:
    headers = {"Authorization": f"Token {sandbox.key}"}
    with httpx.Client(base_url=sandbox.base_url + load().path, headers=headers, trust_env=False) as api:
        for number, (status, changes) in EXPECTED.items():
            if status in ("updated", "rejected"):
                address = f"/{rows()[number]['Customer ID']}"
                record = api.get(address).json()
                assert status == "updated" or list(record) == ["detail"]
                body = {field.name: record.get(field.name) for field in load().writable}
                body |= {field: after for field, (_, after) in changes.items() if field in body}
                assert api.put(address, json=body).status_code == (200 if status == "updated" else 404)


# --- the files ---


def test_both_files_hold_the_same_cells() -> None:
    assert xlsx_rows() == csv_rows()


def test_the_files_are_what_their_script_makes(tmp_path: Path) -> None:
    make_samples().main(tmp_path)
    assert (tmp_path / "customer_edits.csv").read_bytes() == (SAMPLES / "customer_edits.csv").read_bytes()
    assert xlsx_rows(tmp_path) == xlsx_rows()


def test_every_header_is_one_of_the_mapping_file() -> None:
    assert set(csv_rows()[0]) <= {"Customer ID", "Comments", *mapped()}


def test_the_workbook_is_formatted_as_a_person_would() -> None:
    sheet = load_workbook(SAMPLES / "customer_edits.xlsx").worksheets[0]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "C2"
    assert {number for number in range(1, sheet.max_row + 1) if sheet.row_dimensions[number].hidden} == HIDDEN
    zips = {sheet.cell(number, csv_rows()[0].index("Zip Code") + 1) for number in rows()}
    kinds = {(cell.data_type, cell.number_format) for cell in zips if cell.value is not None}
    assert kinds == {("s", "@"), ("n", "00000"), ("n", "General")}


def test_the_customers_are_in_several_currencies_with_none_to_two_contacts() -> None:
    known = customers().values()
    assert len(known) == 48
    assert {customer["currency"] for customer in known} == {"USD", "EUR", "GBP"}
    assert {len(customer["contacts"]) for customer in known} == {0, 1, 2}
    assert {customer["customer"] for customer in known} == {42}
    assert {customer["vendor_type"] for customer in known} == {"customer"}
    assert {None, ""} < {customer["notes"] for customer in known}


def test_everything_is_plainly_made_up() -> None:
    edits = "\n".join(cell for row in csv_rows() + xlsx_rows() for cell in row)
    text = edits + (SAMPLES / "sandbox_customers.json").read_text(encoding="utf-8")
    hosts = re.findall(r"@([^\s\"]+)", text) + re.findall(r"https?://([^/\s\"]+)", text)
    assert len(hosts) > 100
    assert [host for host in hosts if not re.fullmatch(r"([\w-]+\.)*example\.(com|org|net)", host)] == []
    phones = re.findall(r"\+\d[\d ]{6,}", text)
    assert len(phones) > 50
    assert [phone for phone in phones if "555" not in phone] == []
