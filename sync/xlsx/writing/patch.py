"""Texts typed into cells of an existing worksheet; everything else of the workbook is copied as it is."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from sync.xlsx.columns import number_of
from sync.xlsx.writing.cells import escaped

_CALC_CHAIN = "xl/calcChain.xml"  # the order of formulas; it may name a cell that no longer has one, so it goes
_OVERRIDE = re.compile(rb'<Override [^>]*PartName="/xl/calcChain\.xml"[^>]*/>')
_RELATION = re.compile(rb'<Relationship [^>]*Target="/?(?:xl/)?calcChain\.xml"[^>]*/>')
_ROW = r'<row(?=[^>]* r="{row}")(?:\s[^>]*?)?(?:/>|>.*?</row>)'
_CELL = r'<c(?=[^>]* r="{letters}{row}")(?P<attributes>\s[^>]*?)?(?:/>|>.*?</c>)'
_STYLE = re.compile(r' s="[0-9]+"')
_SHARED = re.compile(r"<f\s[^>]*\bref=")  # the first cell of a shared formula, or of an array formula
_LETTERS = re.compile(r'<c(?=\s)[^>]* r="(?P<letters>[A-Z]+)[0-9]+"')

Cells = Mapping[tuple[int, str], str]  # row and column letters: the text


def patch_cells(source: Path, part: str, cells: Cells, target: IO[bytes], emptied: Collection[int] = ()) -> None:
    """Copy a workbook with these cells of one worksheet replaced by texts, and all cells of the rows `emptied` removed.

    A text keeps the style of the cell that it replaces. An empty text empties the cell.

    Raises:
        KeyError: the workbook has no such part.
        ValueError: a row is not in the sheet as XML that can be edited in place, or other cells share its formula.
    """
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename == _CALC_CHAIN:
                continue
            content = old.read(info)
            if info.filename.lower() == part.lower():
                content = _patched(content.decode("utf-8"), cells, emptied).encode()
            elif info.filename == "[Content_Types].xml":
                content = _OVERRIDE.sub(b"", content)
            elif info.filename == "xl/_rels/workbook.xml.rels":
                content = _RELATION.sub(b"", content)
            new.writestr(info.filename, content)


def _patched(xml: str, cells: Cells, emptied: Collection[int]) -> str:
    by_row: dict[int, dict[str, str] | None] = dict.fromkeys(emptied)
    for (row, letters), text in cells.items():
        if (texts := by_row.setdefault(row, {})) is not None:
            texts[letters] = text
    start = 0
    pieces = []
    for row in sorted(by_row):
        match = re.compile(_ROW.format(row=row), re.DOTALL).search(xml, start)
        if match is None:
            raise ValueError(f"row {row} cannot be edited in place")
        texts = by_row[row]
        changed = _emptied_row(match[0], row) if texts is None else _patched_row(match[0], row, texts)
        pieces += [xml[start : match.start()], changed]
        start = match.end()
    return "".join([*pieces, xml[start:]])


def _emptied_row(xml: str, row: int) -> str:
    """The row without its cells; its height and style stay."""
    _refuse_shared_formula(xml, row)
    return xml if xml.endswith("/>") else f"{xml[: xml.index('>')]}/>"


def _refuse_shared_formula(xml: str, row: int) -> None:
    """Refuse to replace a cell whose formula other cells refer to: Excel would call the copy damaged."""
    if _SHARED.search(xml):
        raise ValueError(f"other cells share a formula with row {row}")


def _patched_row(xml: str, row: int, texts: Mapping[str, str]) -> str:
    if xml.endswith("/>"):
        xml = f"{xml[:-2]}></row>"
    for letters, text in texts.items():
        match = re.compile(_CELL.format(letters=letters, row=row), re.DOTALL).search(xml)
        if match:
            _refuse_shared_formula(match[0], row)
        style = _STYLE.search(match["attributes"] or "") if match else None
        cell = _text_cell(f"{letters}{row}", style[0] if style else "", text)
        at = match.span() if match else (_insertion(xml, letters),) * 2
        xml = xml[: at[0]] + cell + xml[at[1] :]
    return xml


def _insertion(xml: str, letters: str) -> int:
    """Where a cell of this column belongs in the row: cells stand in the order of their columns."""
    for match in _LETTERS.finditer(xml):
        if number_of(match["letters"]) > number_of(letters):
            return match.start()
    return xml.rindex("</row>")


def _text_cell(reference: str, style: str, text: str) -> str:
    if not text:
        return f'<c r="{reference}"{style}/>'
    return f'<c r="{reference}"{style} t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'
