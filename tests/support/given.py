"""What the tests of one stage are given: a mapping from its text, a sheet from its cells, a row from its edits."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sync.contract.load import load as load_resource
from sync.contract.mapping import Mapping as MappingFile
from sync.mapping import load as mapping
from sync.model import Cell, Change, Edit, EditContext, Row, RowRecord, Sheet
from sync.status import Stage, Status

PLAIN = Path("customer_edits.csv")
CUSTOMERS = load_resource("customers")


def mapping_of(text: str, folder: Path) -> MappingFile:
    """The mapping that a file with this text holds."""
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return mapping.load(path)


def sheet_of(
    headers: Iterable[str],
    *rows: Iterable[str],
    cell_meta: Mapping[tuple[int, str], Cell] | None = None,
    problems: Mapping[int, tuple[tuple[str, str], ...]] | None = None,
) -> Sheet:
    """A sheet with its header in row 1. `cell_meta` goes by row number and header, `problems` by row number."""
    headers = tuple(headers)
    made = []
    for number, cells in enumerate(rows, start=2):
        marks = {headers.index(header): cell for (row, header), cell in (cell_meta or {}).items() if row == number}
        made.append(Row(number, tuple(cells), marks, (problems or {}).get(number, ())))
    return Sheet(PLAIN, "", headers, 1, made)


def edit_of(edits: Mapping[str, Any], *, row: int = 2, record_id: int = 7, **context: Any) -> Edit:
    """What a row asks for, by the texts of its targets."""
    return Edit(row, record_id, edits, **context)


def row_of(
    edits: Mapping[str, Any] | None = None, expected: Iterable[Change] = (), *, number: int = 2, customer: int = 7
) -> RowRecord:
    """A row that the journal has read: what it asks for, or what it is held to."""
    return RowRecord(
        n=number - 2,
        row=number,
        record_id=customer,
        cells=(str(customer),),
        cell_meta={},
        state=Stage.READ,
        status=Status.NOT_SENT,
        message="",
        edits=dict(edits or {}),
        context=EditContext(),
        present={},
        expected=tuple(expected),
        changes=(),
        before=None,
        after=None,
        http_status=None,
        attempts=0,
        sent_at="",
    )


def named(target: str) -> tuple[str, str]:
    """The sheet's header for a target, and the row's text there, as a planner asks for them."""
    return f"Header of {target}", f"text of {target}"
