"""Spreadsheet files for the tests of reading: by hand, where the test is about what no program should write."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relationships(**targets: str) -> str:
    """A part of relationships: kind=target, numbered rId1, rId2 …"""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/{kind.split("_")[0]}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'


def parts_of(
    rows: str,
    *,
    after: str = "",
    shared: str = "",
    formats: Mapping[int, str] | None = None,
    workbook: str = "",
    namespace: str = MAIN,
) -> dict[str, str]:
    """The parts of a workbook with one sheet.

    Args:
        rows: the XML in sheetData.
        after: the XML that follows it.
        shared: the XML in the table of shared texts.
        formats: number formats by their id; cell style n (from 1 on) has the nth of them.
        workbook: XML before the workbook's list of sheets.
        namespace: that of the spreadsheet's elements.
    """
    relation = _DOCUMENT if namespace == MAIN else _STRICT_DOCUMENT
    codes = formats or {}
    numbers = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in codes.items() if code)
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in codes)
    return {
        "_rels/.rels": relationships(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{namespace}" xmlns:r="{relation}">{workbook}<sheets>'
        '<sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="styles.xml"
        ),
        "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{namespace}">{shared}</sst>',
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{namespace}"><numFmts>{numbers}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'{DECLARATION}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>'
        f"{after}</worksheet>",
    }


def packed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip file of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def text(reference: str, content: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def number(reference: str, stored: str, style: int = 0) -> str:
    """A number cell."""
    return f'<c r="{reference}" s="{style}"><v>{stored}</v></c>'


HEADER = f'<row r="1">{text("A1", "Customer ID")}{text("B1", "Zip")}</row>'


def with_cell(cell: str) -> str:
    """A header of two columns, and a row of which the second cell is this one, in B2."""
    return f'{HEADER}<row r="2">{number("A2", "115")}{cell}</row>'
