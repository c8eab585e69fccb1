"""The sheet on which a workbook remembers what was exported. Its form is described in `sync.xlsx.memory`."""

from collections.abc import Callable, Sequence

from openpyxl.workbook.defined_name import DefinedName

from sync.model import RememberedRow
from sync.xlsx.columns import letters_at
from sync.xlsx.memory import MARK, NAME, SHEET, as_formula, new_token, packed_head, packed_row
from sync.xlsx.writing.package import Part, Table, sheet_part
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame, cell_at, put


class MemorySheet:
    """The memory of a workbook under construction.

    `add` takes the records in any order. `put_into` adds the sheet, after all others, before the frame is saved; `part`
    gives its XML with the rows.
    """

    def __init__(self, headers: Sequence[str], items: Sequence[str] = (), key: str = "", base_url: str = "") -> None:
        """See `ExportMemory` for `headers`, `items`, `key` and `base_url`."""
        self._rows = SheetRows()
        self._widest = 1
        self._part = ""
        self._token = new_token()
        self._add(packed_head(headers, items, key, self._token, base_url))

    def add(self, key: int | str, row: RememberedRow) -> None:
        """Remember a record: a text for each header, then the id of each item (see `ExportMemory`)."""
        self._add(packed_row(key, row))

    def _add(self, texts: Sequence[str]) -> None:
        # The texts hold nothing that XML would have to escape. `str` is the shortest form of a text in a cell.
        at = self._rows.next
        cells = [f'<c r="{letters_at(column)}{at}" t="str"><v>{text}</v></c>' for column, text in enumerate(texts)]
        self._rows.add("".join(cells))
        self._widest = max(self._widest, len(texts))

    def put_into(self, frame: Frame, of: str) -> None:
        """Add the sheet to the workbook, hidden so that Excel does not offer to show it.

        The sheet `of`, whose cells it remembers, gets the name that says so.
        """
        sheet = frame.book.create_sheet(SHEET)
        sheet.sheet_state = "veryHidden"
        put(cell_at(sheet, 1, 1), MARK)
        frame.sheet(of).defined_names.add(DefinedName(NAME, attr_text=as_formula(self._token), hidden=True))
        self._part = f"xl/worksheets/sheet{len(frame.book.sheetnames)}.xml"

    def part(self, read: Callable[[str], bytes]) -> dict[str, Part]:
        """The sheet's part by its name, for `splice`. `read` gives a part as openpyxl has written it."""
        return {self._part: sheet_part(read(self._part).decode(), Table(self._rows, self._widest))}

    def close(self) -> None:
        """Delete the temporary file."""
        self._rows.close()
