"""The customers that an export is asked for: the ids in a file."""

from dataclasses import replace
from pathlib import Path

from sync.contract.mapping import Mapping
from sync.contract.rules import record_id
from sync.errors import FileRefused
from sync.sheet import read
from sync.text import fold, normal
from sync.validation.schema import Validation

_FEW = 5  # problems that are told


def ids_of(path: Path, mapping: Mapping) -> list[int]:
    """The ids in a file, in its order, each once: a list with one id a line, or a sheet with the mapping's id column.

    Raises:
        FileRefused: it can't be read, holds something that is no id, or holds none.
    """
    found = _list(path, mapping.id_header)
    if found is None:
        found = _column(path, mapping)
    if not found:
        raise FileRefused(f"{path}: there is no id in it.")
    return list(dict.fromkeys(found))


def _list(path: Path, id_header: str) -> list[int] | None:
    """The ids of a text file with one a line, with or without the header above them; None if it is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None  # a workbook, another encoding, or nothing: the reader of sheets says which
    lines = [line for line in map(normal, text.split("\n")) if line]
    if lines and fold(lines[0]) == fold(id_header):
        del lines[0]
    ids = [record_id(line) for line in lines]
    return [found for found in ids if found is not None] if all(ids) else None


def _column(path: Path, mapping: Mapping) -> list[int]:
    sheet = read(path, mapped_sheet=mapping.sheet, id_header=mapping.id_header)
    rows = list(Validation(sheet, replace(mapping, columns=())).rows())
    # An id that is given twice asks for the same customer twice: no harm here.
    wrong = [found for row in rows for found in row.problems if found.kind != "duplicate_id"]
    if wrong:
        more = f"\n… and {len(wrong) - _FEW:,} more" if len(wrong) > _FEW else ""
        raise FileRefused(f"{path}:\n" + "\n".join(map(str, wrong[:_FEW])) + more)
    return [row.record_id for row in rows if row.record_id is not None]
