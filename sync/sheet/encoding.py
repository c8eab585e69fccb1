"""Which encoding a text file is in: told for certain, or refused."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from sync.errors import file_refused

WINDOWS = "cp1252"
_AGAIN = "Save it again from Excel as “CSV UTF-8”, or as .xlsx."
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20
_BETWEEN_CELLS = re.compile(rb"[\r\n,;\t\"]+")
_NOT_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def encoding_of(path: Path) -> str:
    """The name of the file's encoding, as Python knows it. Without a mark at its start it is UTF-8, else Windows-1252.

    Raises:
        FileRefused: the file is empty, no text, or a mixture of encodings.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise file_refused(path, "the file is empty.", "Save it again from Excel.")
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if marked:
        if not _is_valid(path, marked):
            raise file_refused(path, "the file's beginning names an encoding that the rest is not in.", _AGAIN)
        return marked
    if b"\0" in start and len(start.replace(b"\0", b"")) * 2 == len(start):
        raise file_refused(path, "the file looks like UTF-16 without the mark that says so.", _AGAIN)
    if _is_valid(path, "utf-8"):
        return "utf-8"
    _check_windows(path)
    return WINDOWS


def _is_valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _check_windows(path: Path) -> None:
    """Looks whether all that is not ASCII can be Windows-1252, and none of it is UTF-8."""
    rest = b""
    for block in _blocks(path):
        *cells, rest = _BETWEEN_CELLS.split(rest + block)
        _check_cells(path, cells)
    _check_cells(path, [rest])


def _check_cells(path: Path, cells: list[bytes]) -> None:
    for cell in cells:
        if cell.isascii():
            continue
        if _NOT_IN_WINDOWS.search(cell):
            raise file_refused(path, "the file is neither UTF-8 nor Windows-1252.", _AGAIN)
        if _is_utf_8(cell):
            text = cell.decode("utf-8").strip()
            raise file_refused(path, f"the file is a mixture: “{text}” is in UTF-8, and other cells are not.", _AGAIN)


def _is_utf_8(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeError:
        return False
    return True
