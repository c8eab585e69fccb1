"""Make customer_edits.xlsx and .csv again, with the same edits in both: `python samples/make_samples.py`."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = {
    "Customer ID": 13,
    "Customer Name": 34,
    "Payment Terms": 16,
    "Status": 11,
    "Email": 38,
    "Phone Number": 20,
    "Street 1": 26,
    "City": 16,
    "State": 8,
    "Zip Code": 11,
    "Country": 16,
    "VAT Number": 20,
    "Is 1099": 9,
    "Notes": 36,
    "Billing Contact Email": 40,
    "Comments": 36,
}
TEXT_COLUMNS = ("Phone Number", "Zip Code", "VAT Number")
HIDDEN_ID = 1027


@dataclass(frozen=True, slots=True)
class Number:
    """A number cell, and the text that a person sees in it."""

    value: int
    number_format: str
    shown: str


def row(number: object = None, name: str | None = None, **cells: Any) -> dict[str, Any]:
    """A row of the sheet; `Payment_Terms` is the column Payment Terms."""
    named = {header.replace("_", " "): value for header, value in cells.items()}
    return {"Customer ID": number, "Customer Name": name, **named}


LONG_NAME = ("Voorbeeld Bloemen en Planten " * 9)[:251]
NAME_IN_TWO_PARTS = "Esempio Caffe\u0300 Srl"  # the same to the eye as the record's, with an accent of its own

ROWS = [
    row(1001, "Example Widgets Ltd", Payment_Terms="Net 45", Comments="new contract from January"),
    row(
        1002,
        "Sample Software Inc",
        Payment_Terms="Net 45",
        Status="Active",
        Email="accounts@sample-software.example.com",
        Phone_Number="+1 212 555 0102",
        Street_1="200 Placeholder Avenue",
        City="Boston",
        State="MA",
        Zip_Code="02134",
        Country="United States",
        Is_1099="no",
        Notes="Invoices by e-mail only.",
        Billing_Contact_Email="payable@sample-software.example.com",
        Comments="checked, nothing to change",
    ),
    row(1003, "Placeholder Foods AG", Comments="renamed"),
    row(1004, "Specimen Logistics SA", Payment_Terms="net_60"),
    row(
        1005,
        "Fictional Freight Co",
        Street_1="60 Imaginary Way",
        City="Hoboken",
        State="NJ",
        Zip_Code=Number(7030, "00000", "07030"),
        Comments="moved",
    ),
    row(1006, "Beispiel Maschinenbau AG", Payment_Terms="Net 30"),
    row(1007, "Exemple Énergie SARL", Billing_Contact_Email="payable@exemple-energie.example.com"),
    row(1008, "Muster & Söhne KG", Payment_Terms="Due on Receipt", Phone_Number="+49 221 555 0108"),
    row(1009, "Ejemplo Diseño SL", Billing_Contact_Email="facturas@ejemplo-diseno.example.com"),
    row(1010, "Testbed Analytics LLC", Is_1099="no"),
    row(1011, "Demo Dairy Cooperative", Zip_Code=Number(5401, "General", "5401"), Comments="zip from the web form"),
    row(1012, "Invented Instruments plc", Status="Inactive", Comments="contract ended"),
    row(1013, "Pretend Plastics Inc", Phone_Number="<clear>", Comments="number no longer in use"),
    row(1014, "Nowhere Networks Ltd", Payment_Terms="Net 37", Comments="as agreed by phone"),
    row(1015, NAME_IN_TWO_PARTS, Payment_Terms="Net 30"),
    row(99999, "Not In The System Ltd", Payment_Terms="Net 30", Comments="new customer?"),
    row(),
    row(1016, LONG_NAME),
    row(1017, "Exempel Möbler AB", Street_1="Provgatan 71", City="Göteborg", Zip_Code="411 01"),
    row(1018, "Made-Up Media Group", Status="active", Notes="<clear>", Comments="back again"),
    row(1019, "Hypothetical Hotels LLC", Payment_Terms="Net 60"),
    row(1020, "Imaginary Imports Inc", Email="billing.example.com"),
    row(1021, "Sample Steelworks Ltd", VAT_Number=" GB 000 0000 99 "),
    row(1019, "Hypothetical Hotels LLC", Payment_Terms="Net 45", Comments="or 60?"),
    row(1022, "Mockup Mobility GmbH", Payment_Terms="NET 15", City="München", Zip_Code="80331"),
    row(1023, "Exemplo Têxteis Lda", Payment_Terms="due on receipt", Status="ACTIVE"),
    row(1024, "Template Tools Co", Zip_Code=Number(2903, "00000", "02903"), Comments="zip checked"),
    row(1025, "Example Namibia Mining (Pty) Ltd", City="Walvis Bay", Country="NA"),
    row(Comments="From here on: changes that came in November"),
    row(1026, "None Such Ltd", Notes="None"),
    row(HIDDEN_ID, "Null Island Shipping Inc", Payment_Terms="Net 60"),
    row(1028, "Placeholder Publishing Ltd", Notes="Invoices by post.\nA copy to the parent company."),
    row(1029, "Specimen Seeds Inc", VAT_Number="4.99E+11"),
    row(1030, "Trial Balance Example LLP", Is_1099=True, Notes="Year-end review in January."),
    row(1031, "Fabricated Example Metals Inc", City="Nashua", State="NH", Zip_Code="03060"),
    row(1032, "Example Explorers AS", Phone_Number="+47 555 01 32", Zip_Code="0150"),
    row(1033, "Przykład Transport Sp. z o.o.", City="Kraków", Zip_Code="30-001"),
    row(1034, "Vzorová Pekárna s.r.o.", Status="Dormant"),
    row(1035, "Sample Bytes Inc", Payment_Terms="<clear>"),
    row(1036, "Fictional Fabrics Ltd", Is_1099="<clear>"),
    row(1038, "Example 例 Trading KK", Street_1="1-39 Rei-cho"),
    row(1045, "Sample Solar SAS", VAT_Number=Number(555000045, "General", "555000045")),
    row(1041, "Sandcastle Sample Construction Ltd", Billing_Contact_Email="<clear>", Comments="contact has left"),
    row(None, "Example Ideal Gas Co", Payment_Terms="Net 30", Comments="which id?"),
    row("1042", "Musterpumpen GmbH", Zip_Code="04109"),
]


def shown(value: Any) -> str:
    """A cell as a person sees it."""
    if isinstance(value, Number):
        return value.shown
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)


def write_csv(path: Path) -> None:
    """Write the edits as Excel's "CSV UTF-8" does."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(WIDTHS)
        writer.writerows([shown(cells.get(header)) for header in WIDTHS] for cells in ROWS)


def write_xlsx(path: Path) -> None:
    """Write the edits as a workbook, formatted as a person would."""
    book = Workbook()
    book.properties.creator = "campfire-sync samples"
    book.properties.created = book.properties.modified = datetime(2026, 1, 2)
    sheet = book.worksheets[0]
    sheet.title = "Customers"
    _head(sheet)
    for at, cells in enumerate(ROWS, start=2):
        for column, header in enumerate(WIDTHS, start=1):
            _fill(sheet, at, column, header, cells.get(header))
        sheet.row_dimensions[at].hidden = cells["Customer ID"] == HIDDEN_ID
    book.save(path)


def _head(sheet: Worksheet) -> None:
    for column, (header, width) in enumerate(WIDTHS.items(), start=1):
        cell = sheet.cell(1, column, header)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="2F5D50")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "C2"


def _fill(sheet: Worksheet, at: int, column: int, header: str, value: Any) -> None:
    if value is None:
        return
    number = value if isinstance(value, Number) else None
    cell = sheet.cell(at, column, number.value if number else value)
    if number:
        cell.number_format = number.number_format
    elif header in TEXT_COLUMNS:
        cell.number_format = "@"
    if header in ("Notes", "Comments"):
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def main(directory: Path = Path(__file__).parent) -> None:
    """Write both files."""
    write_csv(directory / "customer_edits.csv")
    write_xlsx(directory / "customer_edits.xlsx")


if __name__ == "__main__":
    main()
