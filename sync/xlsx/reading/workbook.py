"""What a workbook says of itself: its sheets, its texts, its number formats, how it counts days."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sync.errors import file_damaged, file_refused
from sync.text import fold
from sync.xlsx.reading.number_format import BUILT_IN
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.shared_strings import shared_texts
from sync.xlsx.reading.xml_stream import local_name, namespace

SPREADSHEET = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",  # the standard's strict form
)
# A workbook with these sheets is one of our own results; what is run again is the last of them.
RESULTS_SHEETS = ("Summary", "Results", "Changes", "Problems", "To fix")
_RELATION_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A line of the workbook's table of contents."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """The workbook's own part, read."""

    package: Package
    sheets: tuple[SheetEntry, ...]
    since_1904: bool
    calculates_on_load: bool  # so a formula's stored 0 may be no result at all
    texts_part: str
    styles_part: str

    def sheet(self, asked: str, mapped: str) -> SheetEntry:
        """The sheet to read: the one asked for, our own To fix, the mapping's, else the first that is visible.

        Raises:
            FileRefused: there is no such sheet.
        """
        names = [entry.name for entry in self.sheets]
        if not asked and set(RESULTS_SHEETS) <= set(names):
            asked = RESULTS_SHEETS[-1]
        wanted = asked or mapped
        if wanted:
            return self._named(wanted)
        for entry in self.sheets:
            if entry.visible:
                return entry
        raise file_refused(
            self.package.path, "the workbook has no visible sheet with cells.", "Unhide the sheet, and save."
        )

    def _named(self, wanted: str) -> SheetEntry:
        exact = [entry for entry in self.sheets if entry.name == wanted]
        found = exact or [entry for entry in self.sheets if fold(entry.name) == fold(wanted)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(f"“{entry.name}”" for entry in self.sheets)
        raise file_refused(
            self.package.path, f"there is no sheet “{wanted}”.", f"The workbook has: {names}. Name one of them."
        )

    def texts(self) -> list[str]:
        """The workbook's shared texts, in order."""
        return shared_texts(self.package, self.texts_part) if self.texts_part else []

    def formats(self) -> list[str]:
        """The number format code of each cell style, in order; empty text where the format is unknown."""
        codes = dict(BUILT_IN)
        styles = []
        for element in self._styles():
            for child in element:
                number = _whole(child.get("numFmtId"))
                if local_name(child) == "numFmt":
                    codes[number] = child.get("formatCode", "")
                else:
                    styles.append(number)
        return [codes.get(number, UNKNOWN_FORMAT) for number in styles] or [BUILT_IN[0]]

    def _styles(self) -> Iterator[Element]:
        if self.styles_part:
            yield from self.package.elements(self.styles_part, "numFmts", "cellXfs")


UNKNOWN_FORMAT = "?"  # a code that can't be followed, for a format that the workbook does not define


def read_workbook(package: Package) -> Workbook:
    """The workbook in a package.

    Raises:
        FileRefused: it is another kind of document, or damaged.
    """
    part = next((name for kind, name in package.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if part not in package:
        raise file_refused(package.path, "the file is no Excel workbook.", "Save it as .xlsx.")
    related = package.related(part)
    sheets: list[SheetEntry] = []
    since_1904 = calculates = False
    for element in package.elements(part, "sheet", "workbookPr", "calcPr"):
        if namespace(element) not in SPREADSHEET:
            continue
        match local_name(element):
            case "workbookPr":
                since_1904 = is_true(element.get("date1904"))
            case "calcPr":
                calculates = is_true(element.get("fullCalcOnLoad"))
            case _:
                sheets += _entry(element, related)
    if not sheets:
        raise file_damaged(package.path, "it has no sheets")
    by_kind = dict(related.values())
    return Workbook(
        package,
        tuple(sheets),
        since_1904,
        calculates,
        by_kind.get("sharedStrings", ""),
        by_kind.get("styles", ""),
    )


def is_true(value: str | None) -> bool:
    """A yes or no of the format's XML."""
    return value in {"1", "true"}


def _entry(element: Element, related: dict[str, tuple[str, str]]) -> list[SheetEntry]:
    """The entry of a sheet with cells; chart sheets and dialogs have none."""
    relation = next((element.get(name) for name in _RELATION_IDS if element.get(name)), "")
    kind, part = related.get(relation or "", ("", ""))
    visible = element.get("state", "visible") == "visible"
    return [SheetEntry(element.get("name", ""), part, visible)] if kind == "worksheet" else []


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
