"""Which encoding a text file is in: told reliably, or refused."""

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sync.errors import file_refused
from sync.model import SheetWarning
from sync.sheet.code_pages import foreign_word, words_to_check

WINDOWS = "cp1252"
SAVE_AGAIN = "Save it again from Excel as “CSV UTF-8”, or as .xlsx."
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20
_BETWEEN_CELLS = re.compile(rb"[\r\n,;\t\"]+")
_NOT_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MOST_QUOTED = 10  # words


def encoding_of(path: Path, content: IO[bytes]) -> tuple[str, Sequence[str]]:
    """The file's encoding, as Python names it, and where it is a guess the words that show whether it is right.

    Without a mark at its start a file is in UTF-8, else in Windows-1252.

    Raises:
        FileRefused: the file is empty, not text, a mixture of encodings, or in another code page.
    """
    content.seek(0)
    start = content.read(4)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if marked:
        if not _is_valid(content, marked):
            raise file_refused(path, "the file's beginning names an encoding that the rest is not in.", SAVE_AGAIN)
        return marked, ()
    if b"\0" in start and len(start.replace(b"\0", b"")) * 2 == len(start):
        raise file_refused(path, "the file looks like UTF-16 without the mark that tells so.", SAVE_AGAIN)
    if _is_valid(content, "utf-8"):
        return "utf-8", ()
    return WINDOWS, _windows_words(path, content)


def guessed_warning(words: Sequence[str]) -> list[SheetWarning]:
    """The warning that an encoding is a guess, with the words to look at."""
    if not words:
        return []
    quoted = ", ".join(f"“{word}”" for word in words[:_MOST_QUOTED]) + (" …" if len(words) > _MOST_QUOTED else "")
    message = (
        f"the file is not in UTF-8 and was read as Windows-1252. Check these words: {quoted}. "
        "If one of them is wrong, save the file again from Excel as “CSV UTF-8”, or as .xlsx."
    )
    return [SheetWarning("encoding_guessed", message)]


def _is_valid(content: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(content):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    content.seek(0)
    while block := content.read(_BLOCK):
        yield block


def _windows_words(path: Path, content: IO[bytes]) -> list[str]:
    """The words that are not ASCII, each once, after a check that all of the file can be Windows-1252."""
    words: dict[str, None] = {}
    rest = b""
    for block in _blocks(content):
        *cells, rest = _BETWEEN_CELLS.split(rest + block)
        _add_words(path, cells, words)
    _add_words(path, [rest], words)
    return list(words)


def _add_words(path: Path, cells: list[bytes], words: dict[str, None]) -> None:
    for cell in cells:
        if cell.isascii():
            continue
        if _NOT_IN_WINDOWS.search(cell):
            raise file_refused(path, "the file is neither in UTF-8 nor in Windows-1252.", SAVE_AGAIN)
        if _is_utf_8(cell):
            text = cell.decode("utf-8").strip()
            problem = f"the file is a mixture: “{text}” is in UTF-8, and other cells are not."
            raise file_refused(path, problem, SAVE_AGAIN)
        text = cell.decode(WINDOWS)
        if foreign := foreign_word(text):
            problem = f"the file is neither in UTF-8 nor in Windows-1252: that would make a word in it “{foreign}”."
            raise file_refused(path, problem, SAVE_AGAIN)
        words.update(dict.fromkeys(words_to_check(text)))


def _is_utf_8(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeError:
        return False
    return True
