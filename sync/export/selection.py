"""What an export is asked for: the records by the ids in a file, the columns by their headers."""

import csv
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path

from sync.contract.mapping import Column, Mapping
from sync.contract.rules import record_id
from sync.errors import CannotStart, FileRefused
from sync.files import opened
from sync.sheet import read
from sync.text import did_you_mean, fold, normal
from sync.validation.validation import Validation

_SHOWN = 5  # problems that the refusal lists


def ids_of(path: Path, mapping: Mapping) -> list[int]:
    """The ids in a file, in its order, each once: a list with one id a line, or a sheet with the mapping's id column.

    Raises:
        FileRefused: it can't be read, holds something that is not an id, or has no ids.
    """
    ids = _from_list(path, mapping.id_header)
    if ids is None:
        ids = _from_sheet(path, mapping)
    if not ids:
        raise FileRefused(f"{path}: there are no ids in it.")
    return list(dict.fromkeys(ids))


def _from_list(path: Path, id_header: str) -> list[int] | None:
    """The ids of a text file with one a line, with or without the header above them; None for any other file."""
    try:
        with TextIOWrapper(opened(path), encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return None  # a workbook, another encoding, or nothing: the reader of sheets says which
    lines = [line for line in map(normal, text.split("\n")) if line]
    if lines and fold(lines[0]) == fold(id_header):
        del lines[0]
    ids = [record_id(line) for line in lines]
    return [each for each in ids if each is not None] if all(ids) else None


def _from_sheet(path: Path, mapping: Mapping) -> list[int]:
    sheet = read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header)
    rows = list(Validation(sheet, replace(mapping, columns=())).rows())
    # An id that is given twice asks for the same record twice: no harm here.
    wrong = [problem for row in rows for problem in row.problems if problem.kind != "duplicate_id"]
    if wrong:
        more = f"\n… and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
        raise FileRefused(f"{path}:\n" + "\n".join(map(str, wrong[:_SHOWN])) + more)
    return [row.record_id for row in rows if row.record_id is not None]


def with_columns(mapping: Mapping, headers: str) -> Mapping:
    """The mapping with these columns alone, in this order.

    Args:
        headers: as in `Notes,Zip Code`; one that holds a comma stands in double quotes. The id is always there.

    Raises:
        CannotStart: the mapping has no such column. The text names the nearest.
    """
    by_header = {fold(column.header): column for column in mapping.columns}
    columns: dict[str, Column] = {}
    for header in next(csv.reader([headers], skipinitialspace=True), []):
        name = fold(header)
        if name in by_header:
            columns[name] = by_header[name]
        elif name and name != fold(mapping.id_header):
            known = (column.header for column in mapping.columns)
            hint = did_you_mean(header, known) or " campfire-sync mapping show lists the columns."
            raise CannotStart(f"the mapping has no column “{header.strip()}”.{hint}")
    if not columns:
        raise CannotStart("--columns names no column to edit. campfire-sync mapping show lists the columns.")
    return replace(mapping, columns=tuple(columns.values()))
