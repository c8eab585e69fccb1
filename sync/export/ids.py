"""The records that an export is asked for: the ids in a file."""

from dataclasses import replace
from pathlib import Path

from sync.contract.mapping import Mapping
from sync.contract.rules import record_id
from sync.errors import FileRefused
from sync.sheet import read
from sync.text import fold, normal
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
        text = path.read_text(encoding="utf-8-sig")
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
