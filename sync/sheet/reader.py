"""The way in: checks the file as a whole, and hands it to the reader of its kind."""

import codecs
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sync.errors import FileRefused, file_damaged, file_refused
from sync.files import refuse_pipe
from sync.model import Sheet
from sync.sheet.snapshot import Snapshot, snapshot
from sync.text import nearest, visible_value

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# What comes instead of a download, from a page that asks for a password among others.
_MARKS = {
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML file",
    b"%pdf": "a PDF",
}
_BEFORE_TEXT = codecs.BOM_UTF8 + b" \t\r\n"
_START = 64  # bytes, in which all of these are told
_DOWNLOAD = "Open it to see what it is, and save or download the sheet itself."
_SAVE_AS = "Open it in Excel and save it as .xlsx."


def read(path: Path, *, sheet: str = "", mapped_sheet: str = "", id_header: str = "", header_row: int = 0) -> Sheet:
    """A spreadsheet file as a person sees it.

    Args:
        path: an .xlsx, .xlsm, .csv or .tsv file.
        sheet: the sheet that the user names; it goes before all else.
        mapped_sheet: the sheet that the mapping names. A workbook of our own results is read at its sheet To fix.
        id_header: the header of the id column, which must be there. Empty text: any header row will do.
        header_row: what stands above this row is passed over.

    Raises:
        FileRefused: the file cannot be read, or not reliably. The text says why and what to do.
    """
    try:
        _check_name(path)
        with snapshot(path) as copy:
            _check_content(copy)
            return replace(_read(copy, sheet, mapped_sheet, id_header, header_row), sha256=copy.sha256)
    except PermissionError as error:
        raise file_refused(path, "the file can't be opened.", "Close it in Excel, or ask who may read it.") from error
    except OSError as error:
        reason = error.strerror or "the disk reports an error"
        raise file_refused(path, f"the file can't be read ({reason}).", "Copy it to this computer.") from error
    except (MemoryError, RecursionError) as error:
        raise file_damaged(path, "it is too large or too deeply nested to read") from error


def worksheets(path: Path) -> list[str]:
    """The names of a workbook's visible worksheets, in their order; none for a file that is not a workbook.

    Raises:
        FileRefused: the workbook can't be read.
    """
    if path.suffix.lower() not in WORKBOOKS:
        return []
    from sync.xlsx.reading.package import opened  # late: a CSV needs none of it
    from sync.xlsx.reading.workbook import read_workbook

    with opened(path) as package:
        return [entry.name for entry in read_workbook(package).sheets if entry.visible]


def _read(copy: Snapshot, sheet: str, mapped_sheet: str, id_header: str, header_row: int) -> Sheet:
    if copy.path.suffix.lower() in WORKBOOKS:
        from sync.sheet.workbook import read_xlsx

        return read_xlsx(copy.path, copy.file, sheet, mapped_sheet, id_header, header_row)
    if sheet:
        raise file_refused(copy.path, f"a {copy.path.suffix} file has no sheet “{sheet}”.", "Leave --sheet out.")
    from sync.sheet.delimited import read_delimited

    return read_delimited(copy.path, copy.file, id_header, header_row)


def _check_name(path: Path) -> None:
    if path.is_dir():
        raise file_refused(path, "this is a folder.", "Name the file in it.")
    if not path.exists():
        raise _missing(path)
    refuse_pipe(path)  # before its name is looked at: that of standard input has no ending
    ending = path.suffix.lower()
    if ending not in WORKBOOKS + TEXTS:
        kind = f"a file of the kind “{ending}”" if ending else "a file whose name has no ending"
        raise file_refused(path, f"{kind} can't be read.", _SAVE_AS)
    if path.name.startswith("~$"):
        raise file_refused(path, "this is Excel's own mark that the workbook is open.", "Name the workbook itself.")


def _missing(path: Path) -> FileRefused:
    if path.is_symlink():
        problem = f"this is a link to {visible_value(str(path.readlink()))}, which is not there."
        return file_refused(path, problem, "Look where that file is now, and name it.")
    folder = path.absolute().parent
    if not folder.is_dir():
        return file_refused(path, f"there is no folder {folder}.", "Check the name of the folder.")
    near = _nearest_file(path.name, folder)
    hint = f"Did you mean {visible_value(near)}?" if near else "Check the name and the folder."
    return file_refused(path, "there is no such file.", hint)


def _nearest_file(name: str, folder: Path) -> str:
    """The file in this folder that was probably meant: the same name with an ending, else one that is much like it."""
    files = list(_readable_files(folder))
    stem = Path(name).stem if Path(name).suffix.lower() in WORKBOOKS + TEXTS else name
    with_ending = [each for each in files if Path(each).stem.lower() == stem.lower()]
    return with_ending[0] if with_ending else nearest(name, files)


def _readable_files(folder: Path) -> Iterator[str]:
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in WORKBOOKS + TEXTS and not path.name.startswith(("~$", ".")):
                yield path.name
    except OSError:  # a folder whose files may be opened and not listed
        return


def _check_content(copy: Snapshot) -> None:
    path, ending = copy.path, copy.path.suffix.lower()
    start = copy.file.read(_START)
    if not start:
        raise file_refused(path, "the file is empty.", "Save it again from Excel.")
    if start.startswith(_OLE):
        raise _ole_refusal(copy)
    if ending in WORKBOOKS and not start.startswith(_ZIP):
        raise file_refused(path, f"the file is not a workbook, though it is named {ending}.", _SAVE_AS)
    if ending in TEXTS and start.startswith(_ZIP):
        raise file_refused(path, f"the file is a workbook, though it is named {ending}.", "Rename it to .xlsx.")
    text = start.lstrip(_BEFORE_TEXT).lower()
    if ending in TEXTS and (kind := next((kind for mark, kind in _MARKS.items() if text.startswith(mark)), "")):
        raise file_refused(path, f"the file is {kind}, though it is named {ending}.", _DOWNLOAD)
    copy.file.seek(0)


def _ole_refusal(copy: Snapshot) -> FileRefused:
    """An encrypted workbook is wrapped in the container that the old formats are in; names there are UTF-16."""
    while block := copy.file.read(1 << 24):
        if "EncryptedPackage".encode("utf-16-le") in block:
            return file_refused(copy.path, "the workbook is protected by a password.", "Save it without one.")
    return file_refused(copy.path, "the file is in the old Excel format, whatever its name.", _SAVE_AS)
