"""The zip file that a workbook is, opened with suspicion.

The sizes of its parts are checked before anything is unpacked. The limits are those that the product promises.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from os import SEEK_END
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from sync.errors import file_damaged, file_refused
from sync.xlsx.reading.xml_stream import UnreadableXML, elements

MOST_BYTES = 512 * 1024**2  # unpacked, all parts together
SMALL_PART = 1024**2  # below this a part may be packed as tightly as it likes
MOST_RATIO = 200
MOST_PARTS = 10_000
_LONGEST_DIRECTORY = 4 * 1024**2
_LONGEST_TAIL = 66_000  # the end record of a zip file and the longest comment, with the 64-bit records before them

_TOO_LARGE = "Copy the rows that matter to a new workbook, and use that."
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # zipfile: a way of packing that it does not know
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
)


class Package:
    """The parts of a workbook by name. Names are matched without regard to case, as the format's standard wants it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            name = _plain(info.filename)
            if name in self._parts:
                raise file_damaged(path, f"it holds two parts named {info.filename}")
            self._parts[name] = info
        self._check_sizes(list(self._parts.values()))

    def _check_sizes(self, parts: Sequence[zipfile.ZipInfo]) -> None:
        if len(parts) > MOST_PARTS:
            raise file_damaged(self.path, f"it holds {len(parts):,} parts")
        if any(part.flag_bits & 1 for part in parts):
            raise file_refused(self.path, "the file is protected by a password.", "Save it without one.")
        if sum(part.file_size for part in parts) > MOST_BYTES:
            raise file_refused(self.path, "the workbook unpacks to more than 512 MiB, which is too large.", _TOO_LARGE)
        for part in parts:
            if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                raise file_refused(
                    self.path,
                    f"{part.filename} in the workbook is packed better than {MOST_RATIO} to 1, as no program does.",
                    _TOO_LARGE,
                )

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def size(self, name: str) -> int:
        """What a part claims to unpack to, in bytes; 0 if it is missing. Unpacking stops there."""
        info = self._parts.get(_plain(name))
        return info.file_size if info else 0

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """A part, to be read from its start. Errors in its XML are reported as damage to the file.

        Raises:
            FileRefused: the part is missing, cut off, not XML, or built to do harm.
        """
        info = self._parts.get(_plain(name))
        if info is None:
            raise file_damaged(self.path, f"{name} is missing")
        try:
            with self._archive.open(info) as part:
                yield part
        except UnreadableXML as error:
            raise file_damaged(self.path, f"{info.filename}: {error}") from error
        except ParseError as error:
            raise file_damaged(self.path, f"{info.filename}: it is not well-formed XML") from error
        except _BROKEN as error:
            raise file_damaged(self.path, f"{info.filename} can't be unpacked") from error

    def elements(self, name: str, *wanted: str) -> Iterator[Element]:
        """The finished elements of a part that have one of these local names, in order; all else is dropped.

        Raises:
            FileRefused: see `part`.
        """
        with self.part(name) as part:
            yield from elements(part, frozenset(wanted))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part (of the package, if the name is empty): id to (kind, the other part's name)."""
        folder, base = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self:
            return {}
        relationships = {}
        for element in self.elements(relations, "Relationship"):
            if element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
                relationships[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return relationships


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_directory(path: Path, file: IO[bytes]) -> None:
    """Looks how long the zip file's table of contents claims to be, before it is read as a whole."""
    end_of_file = file.seek(0, SEEK_END)
    file.seek(max(0, end_of_file - _LONGEST_TAIL))
    tail = file.read()
    record = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[record + 12 : record + 16], "little")
    if tail[record - 20 : record - 16] == b"PK\x06\x07":  # the 64-bit form: its own record stands before this one
        length = int.from_bytes(tail[record - 36 : record - 28], "little")
    if length > _LONGEST_DIRECTORY:
        raise file_damaged(path, "its table of contents is too long, or cut off")


@contextmanager
def opened(path: Path, content: IO[bytes] | None = None) -> Iterator[Package]:
    """A workbook's package, open as long as it is read.

    Args:
        path: the file; its name stands in what is refused.
        content: what is in it, where somebody has read it already.

    Raises:
        FileRefused: the file is not a zip file, is cut off, or breaks a limit.
        OSError: the file can't be opened at all.
    """
    with path.open("rb") if content is None else nullcontext(content) as file:
        _check_directory(path, file)
        try:
            archive = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise file_damaged(path, "it is cut off, or not a workbook at all") from error
        with archive:
            yield Package(path, archive)
