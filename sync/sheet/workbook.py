"""A workbook's sheet as a `Sheet`."""

from pathlib import Path

from sync.errors import file_refused
from sync.gc_pause import gc_paused
from sync.model import Sheet
from sync.sheet.header import Header, check_header
from sync.sheet.merged import mark_merged
from sync.sheet.table import MOST_ROWS, Table, too_many_rows
from sync.xlsx.reading.package import Package, opened
from sync.xlsx.reading.workbook import read_workbook
from sync.xlsx.reading.worksheet import RawRow, Worksheet

_BLOCK = 1 << 20
_ROW_END = b"></c></row>"  # of a row with something in its last cell
_SHORTEST_ROW = 26  # bytes of a row with a value in one cell


def read_xlsx(path: Path, sheet: str, mapped_sheet: str, id_header: str) -> Sheet:
    """Reads a workbook.

    Raises:
        FileRefused: it can't be read for certain.
        OSError: it can't be opened at all.
    """
    with opened(path) as package, gc_paused():
        workbook = read_workbook(package)
        entry = workbook.sheet(sheet, mapped_sheet)
        _check_row_count(package, entry.part)
        worksheet = Worksheet(workbook, entry)
        rows = worksheet.rows()
        first = next(rows, None)
        if first is None:
            raise file_refused(path, f"the sheet “{entry.name}” is empty.", "Fill it in, or name another sheet.")
        header = Header(first.number, first.texts)
        check_header(path, header, id_header, (Header(row.number, row.texts) for row in rows))
        _check_readable(path, first)
        table = Table(path, entry.name, header)
        for row in rows:
            table.add(row)
        return mark_merged(table.sheet(), table.letters, worksheet.merged)


def _check_row_count(package: Package, name: str) -> None:
    """Counts the rows that end with a value, where the part is long enough for too many: far quicker than reading them.

    Raises:
        FileRefused: there are too many rows.
    """
    size = package.size(name)
    if size < MOST_ROWS * _SHORTEST_ROW:
        return
    with package.part(name) as part:
        block = part.read(_BLOCK)
        if block.count(_ROW_END) * size < MOST_ROWS // 2 * len(block):
            return
        rows, rest = 0, b""
        while block:
            rows += (rest + block).count(_ROW_END)
            rest = block[1 - len(_ROW_END) :]
            block = part.read(_BLOCK)
    if rows > MOST_ROWS + 1:
        raise too_many_rows(package.path)


def _check_readable(path: Path, header: RawRow) -> None:
    for letters, cell in header.cell_meta.items():
        if cell.kind:
            raise file_refused(
                path,
                f"the header in {letters}{header.number} can't be read for certain (an error, formula or odd format).",
                "Type the header as text.",
            )
