"""What Excel insists on in a workbook, or else offers to repair it: ECMA-376, part 1, 18.3, and Excel's own limits."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The children of a worksheet, in the order that CT_Worksheet prescribes.
ORDER = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
    hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
    ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls
    webPublishItems tableParts extLst
""".split()  # noqa: SIM905
LIMITS = {"error": 255, "errorTitle": 32, "prompt": 255, "promptTitle": 32}  # characters, in a data validation
TEXT = re.compile('"[^"]{0,255}"')  # a name may stand for a text too
RANGE = re.compile(r"\$?[A-Z]{0,3}\$?\d*(:\$?[A-Z]{0,3}\$?\d*)?")


def broken_rules(path: Path) -> list[str]:
    """Each rule that a workbook breaks, with the sheet; empty where Excel opens it as it is."""
    with ZipFile(path) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        names = [sheet.get("name", "") for sheet in book.iter(f"{MAIN}sheet")]
        broken = [*_of_names(names), *_of_defined_names(book, names)]
        for number, name in enumerate(names, start=1):
            sheet = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
            rules = (_of_order, _of_cells, _of_sizes, _of_merged_cells, _of_validations, _of_the_foot)
            broken += [f"{name}: {rule}" for check in rules for rule in check(sheet)]
    return broken


def _of_names(names: list[str]) -> Iterator[str]:
    for name, count in Counter(map(str.lower, names)).items():
        if count > 1 or not 1 <= len(name) <= 31 or set(name) & set("[]:*?/\\") or name == "history":
            yield f"a sheet is named “{name}”"


def _of_defined_names(book: Element, sheets: list[str]) -> Iterator[str]:
    taken: set[tuple[str, str]] = set()
    for name in book.iter(f"{MAIN}definedName"):
        key = name.get("name", "").lower(), name.get("localSheetId", "")
        if key in taken:
            yield f"the name {key} is defined twice"
        taken.add(key)
        for part in re.split(r",(?=')", name.text or ""):
            if TEXT.fullmatch(part):
                continue
            sheet, _, area = part.rpartition("!")
            if sheet.strip("'").replace("''", "'") not in sheets or not RANGE.fullmatch(area):
                yield f"the name {key} leads nowhere: {part}"


def _of_order(sheet: Element) -> Iterator[str]:
    tags = [child.tag.removeprefix(MAIN) for child in sheet]
    if tags != sorted(tags, key=ORDER.index) or max(Counter(tags).values()) > 1:
        yield f"its parts stand in a wrong order, or twice: {tags}"


def _of_cells(sheet: Element) -> Iterator[str]:
    last_row = 0
    for row in sheet.iter(f"{MAIN}row"):
        places = [coordinate_to_tuple(cell.get("r", "")) for cell in row]
        number = int(row.get("r", ""))
        if number <= last_row or places != sorted(set(places)) or {place[0] for place in places} - {number}:
            yield f"row {number} is out of order"
        last_row = number


def _of_sizes(sheet: Element) -> Iterator[str]:
    for column in sheet.iter(f"{MAIN}col"):
        if not 0 < float(column.get("width", "1")) <= 255:
            yield f"column {column.get('min')} is {column.get('width')} wide"
    for row in sheet.iter(f"{MAIN}row"):
        if not 0 < float(row.get("ht", "1")) <= 409:
            yield f"row {row.get('r')} is {row.get('ht')} high"
    if len(list(sheet.iter(f"{MAIN}hyperlink"))) > 65_530:
        yield "it has too many links"


def _of_merged_cells(sheet: Element) -> Iterator[str]:
    merged = [cells.get("ref", "") for cells in sheet.iter(f"{MAIN}mergeCell")]
    covered: Counter[tuple[int, int]] = Counter()
    for ref in merged:
        left, top, right, bottom = range_boundaries(ref)
        assert left and top and right and bottom
        covered.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    if covered and max(covered.values()) > 1:
        yield "merged cells overlap"


def _of_validations(sheet: Element) -> Iterator[str]:
    rules = list(sheet.iter(f"{MAIN}dataValidation"))
    if len(rules) > 65_490:
        yield "it has too many data validations"
    for rule in rules:
        for name, most in LIMITS.items():
            if len(rule.get(name, "")) > most:
                yield f"the {name} of a data validation is too long"
        formula = rule.findtext(f"{MAIN}formula1", "")
        if len(formula.strip('"') if rule.get("type") == "list" else formula) > 255:
            yield f"the formula of a data validation is too long: {formula}"


def _of_the_foot(sheet: Element) -> Iterator[str]:
    for foot in sheet.iter(f"{MAIN}oddFooter"):
        if len(foot.text or "") > 255:
            yield f"its foot has {len(foot.text or '')} characters"
