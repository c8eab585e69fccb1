"""What a workbook tells about itself: its sheets, its texts, its number formats, how it counts days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from sync.errors import file_damaged, file_refused
from sync.xlsx.reading.number_format import BUILT_IN
from sync.xlsx.reading.package import Package
from sync.xlsx.reading.shared_strings import SharedTexts, shared_texts
from sync.xlsx.reading.xml_stream import local_name, namespace

SPREADSHEET = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",  # the standard's strict form
)
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


@dataclass(frozen=True)
class Workbook:
    """The workbook's own part, read."""

    package: Package
    sheets: tuple[SheetEntry, ...]  # those with cells, in the order of their tabs
    names: Mapping[tuple[str, str], str]  # the names local to a sheet, (sheet, name): the formula that each stands for
    active: str  # the name of the sheet that the workbook opens on; empty if that has no cells
    since_1904: bool
    calculates_on_load: bool  # so a formula's stored 0 may be no result at all
    texts_part: str
    styles_part: str

    def texts(self) -> SharedTexts:
        """The workbook's shared texts."""
        return shared_texts(self.package, self.texts_part) if self.texts_part else SharedTexts()

    def styles(self) -> list[tuple[str, bool]]:
        """The number format code of each cell style, in order, and whether its font is struck through."""
        codes = dict(BUILT_IN)
        struck: list[bool] = []
        styles: list[tuple[int, int]] = []
        for element in self._styles():
            match local_name(element):
                case "numFmts":
                    codes |= {_whole(child.get("numFmtId")): child.get("formatCode", "") for child in element}
                case "fonts":
                    struck = [_strikes(font) for font in element]
                case _:
                    styles = [(_whole(child.get("numFmtId")), _whole(child.get("fontId"))) for child in element]
        return [
            (codes.get(number, UNKNOWN_FORMAT), font < len(struck) and struck[font])
            for number, font in styles or [(0, 0)]
        ]

    @cached_property
    def number_formats_on_condition(self) -> frozenset[str]:
        """The numbers of the styles with a number format that conditional formats lay over a cell's own style."""
        styles = self.package.elements(self.styles_part, "dxf") if self.styles_part else ()
        return frozenset(str(number) for number, style in enumerate(styles) if has_number_format(style))

    def _styles(self) -> Iterator[Element]:
        if self.styles_part:
            yield from self.package.elements(self.styles_part, "numFmts", "fonts", "cellXfs")


UNKNOWN_FORMAT = "?"  # a code that can't be followed, for a format that the workbook does not define


def read_workbook(package: Package) -> Workbook:
    """The workbook in a package.

    Raises:
        FileRefused: it is another kind of document, or damaged.
    """
    part = next((name for kind, name in package.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if part not in package:
        raise file_refused(package.path, "the file is not an Excel workbook.", "Save it as .xlsx.")
    related = package.related(part)
    tabs: list[SheetEntry | None] = []
    names: list[Element] = []
    since_1904 = calculates = False
    active = 0
    for element in package.elements(part, "sheet", "workbookPr", "calcPr", "workbookView", "definedName"):
        if namespace(element) not in SPREADSHEET:
            continue
        match local_name(element):
            case "workbookPr":
                since_1904 = is_true(element.get("date1904"))
            case "calcPr":
                calculates = is_true(element.get("fullCalcOnLoad"))
            case "workbookView":
                active = _whole(element.get("activeTab"))
            case "definedName":
                names.append(element)
            case _:
                tabs.append(_entry(element, related))
    sheets = tuple(tab for tab in tabs if tab)
    if not sheets:
        raise file_damaged(package.path, "it has no sheets")
    opens_on = tabs[active] if active < len(tabs) else None
    by_kind = dict(related.values())
    return Workbook(
        package,
        sheets,
        _local_names(names, tabs),
        opens_on.name if opens_on else "",
        since_1904,
        calculates,
        by_kind.get("sharedStrings", ""),
        by_kind.get("styles", ""),
    )


def has_number_format(style: Element) -> bool:
    """Whether a style of a conditional format shows numbers in a format of its own; General is what most cells have."""
    return any(local_name(part) == "numFmt" and part.get("formatCode") != BUILT_IN[0] for part in style)


def is_true(value: str | None) -> bool:
    """A yes or no of the format's XML."""
    return value in {"1", "true"}


def _entry(element: Element, related: dict[str, tuple[str, str]]) -> SheetEntry | None:
    """The entry of a sheet with cells; chart sheets and dialogs have none."""
    relation = next((element.get(name) for name in _RELATION_IDS if element.get(name)), "")
    kind, part = related.get(relation or "", ("", ""))
    visible = element.get("state", "visible") == "visible"
    return SheetEntry(element.get("name", ""), part, visible) if kind == "worksheet" else None


def _local_names(names: Sequence[Element], tabs: Sequence[SheetEntry | None]) -> dict[tuple[str, str], str]:
    by_position = {str(position): tab.name for position, tab in enumerate(tabs) if tab}
    local = ((by_position.get(name.get("localSheetId", "")), name) for name in names)
    return {(sheet, name.get("name", "")): name.text or "" for sheet, name in local if sheet is not None}


def _strikes(font: Element) -> bool:
    return any(local_name(part) == "strike" and part.get("val", "1") not in {"0", "false"} for part in font)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
