"""Numbers that a conditional format may show otherwise than their cells' own formats do."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, DataBarRule, IconSetRule, Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from sync import sheet
from sync.errors import FileRefused
from sync.model import Sheet
from tests.support.sheet_files import HEADER, number, packed, parts_of, text

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def book(path: Path, *rules: tuple[str, Rule]) -> Path:
    """A workbook with five numbers in column B, and these rules, each for a range."""
    workbook = openpyxl.Workbook()
    rows = workbook.active
    rows.append(["Customer ID", "Zip"])
    for row in range(2, 7):
        rows.append([row, row * 11])
    for cells, rule in rules:
        rows.conditional_formatting.add(cells, rule)
    workbook.save(path)
    return path


def shows(code: str) -> Rule:
    """A rule that shows a number in this format as long as it is above 0."""
    style = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=code))
    return Rule("cellIs", operator="greaterThan", formula=["0"], dxf=style)


def marked(read: Sheet) -> list[tuple[int, int, str]]:
    """(row, position, detail) of each cell that such a format may show otherwise."""
    return [
        (row.number, position, cell.detail)
        for row in read.rows
        for position, cell in row.cell_meta.items()
        if cell.kind == "conditional_format"
    ]


def test_a_number_that_a_conditional_format_may_show_otherwise_is_a_problem(tmp_path: Path) -> None:
    path = book(tmp_path / "edits.xlsx", ("B3:B4 B6", shows('"yes"')))
    assert marked(sheet.read(path)) == [(3, 1, "33"), (4, 1, "44"), (6, 1, "66")]


def test_ranges_that_overlap_and_stand_in_any_order_are_all_counted(tmp_path: Path) -> None:
    rules = [(cells, shows("0%")) for cells in ("B6:C9", "A5:B5", "B2", "B2:B3", "B5:B6")]
    assert [row for row, _, _ in marked(sheet.read(book(tmp_path / "edits.xlsx", *rules)))] == [2, 3, 5, 5, 6]


def test_colours_bars_beside_the_number_and_the_general_format_change_no_number(tmp_path: Path) -> None:
    rules = [
        CellIsRule(operator="greaterThan", formula=["0"], font=Font(bold=True)),
        DataBarRule("min", 0, "max", 0, color="FF638EC6"),
        IconSetRule("3Arrows", "percent", [0, 33, 67]),
        shows("General"),
    ]
    assert not marked(sheet.read(book(tmp_path / "edits.xlsx", *[("A1:B9", rule) for rule in rules])))


@pytest.mark.parametrize(
    "rule",
    [DataBarRule("min", 0, "max", 0, color="FF638EC6", showValue=False),
     IconSetRule("3Arrows", "percent", [0, 33, 67], showValue=False)],
)  # fmt: skip
def test_a_bar_or_an_icon_in_the_place_of_a_number_is_a_problem(tmp_path: Path, rule: Rule) -> None:
    assert marked(sheet.read(book(tmp_path / "edits.xlsx", ("B2", rule)))) == [(2, 1, "22")]


def test_a_text_is_shown_as_it_is(tmp_path: Path) -> None:
    after = '<conditionalFormatting sqref="A1:B9"><cfRule><iconSet showValue="0"/></cfRule></conditionalFormatting>'
    rows = f'{HEADER}<row r="2">{text("A2", "1")}{text("B2", "02134")}</row>'
    assert not marked(sheet.read(packed(tmp_path / "edits.xlsx", parts_of(rows, after=after))))


def test_a_date_and_a_number_in_a_format_of_its_own_are_numbers_too(tmp_path: Path) -> None:
    after = '<conditionalFormatting sqref="A1:B9"><cfRule><iconSet showValue="0"/></cfRule></conditionalFormatting>'
    rows = f'{HEADER}<row r="2">{number("A2", "45000", 1)}{number("B2", "7", 2)}</row>'
    path = packed(tmp_path / "edits.xlsx", parts_of(rows, after=after, formats={14: "", 164: "00000"}))
    assert marked(sheet.read(path)) == [(2, 0, "2023-03-15"), (2, 1, "00007")]


def test_the_newer_form_of_a_conditional_format_is_read(tmp_path: Path) -> None:
    rule = '<x14:cfRule><x14:dxf><numFmt numFmtId="164" formatCode="0%"/></x14:dxf></x14:cfRule><xm:sqref>B2</xm:sqref>'
    after = (
        f'<extLst><ext xmlns:x14="{X14}" xmlns:xm="{XM}"><x14:conditionalFormattings><x14:conditionalFormatting>'
        f"{rule}</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    rows = f'{HEADER}<row r="2">{number("A2", "1")}{number("B2", "7")}</row>'
    assert marked(sheet.read(packed(tmp_path / "edits.xlsx", parts_of(rows, after=after)))) == [(2, 1, "7")]


def test_a_range_that_is_none_is_damage(tmp_path: Path) -> None:
    after = '<conditionalFormatting sqref="B"><cfRule><iconSet showValue="0"/></cfRule></conditionalFormatting>'
    path = packed(tmp_path / "edits.xlsx", parts_of(HEADER, after=after))
    with pytest.raises(FileRefused, match="“B” is not a range of cells"):
        sheet.read(path)
