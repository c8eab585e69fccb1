"""The way in: looks at the file as a whole, and hands it to the reader of its kind."""

from pathlib import Path

from sync.errors import file_damaged, file_refused
from sync.model import Sheet

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SAVE_AS = "Open it in Excel and save it as .xlsx."


def read(path: Path, *, sheet: str = "", mapped_sheet: str = "", id_header: str = "") -> Sheet:
    """A spreadsheet file as a person sees it.

    Args:
        path: an .xlsx, .xlsm, .csv or .tsv file.
        sheet: the sheet that the user names; it goes before all else.
        mapped_sheet: the sheet that the mapping names. A workbook of our own results is read at its sheet To fix.
        id_header: the header of the column with the ids, which must be there; empty text: no matter.

    Raises:
        FileRefused: the file can't be read, or not for certain. The text says why and what to do.
    """
    try:
        _check_kind(path)
        if path.suffix.lower() in WORKBOOKS:
            from sync.sheet.workbook import read_xlsx

            return read_xlsx(path, sheet, mapped_sheet, id_header)
        if sheet:
            raise file_refused(path, f"the file has no sheets, and so none named “{sheet}”.", "Leave --sheet out.")
        from sync.sheet.delimited import read_delimited

        return read_delimited(path, id_header)
    except FileNotFoundError as error:
        raise file_refused(path, "there is no such file.", "Style at the name and the folder.") from error
    except PermissionError as error:
        raise file_refused(path, "the file can't be opened.", "Close it in Excel, or ask who may read it.") from error
    except OSError as error:
        raise file_refused(path, f"the file can't be read ({error.strerror}).", "Copy it to this computer.") from error
    except (MemoryError, RecursionError) as error:
        raise file_damaged(path, "it is too large or too deep to read") from error


def _check_kind(path: Path) -> None:
    if path.is_dir():
        raise file_refused(path, "this is a folder.", "Name the file in it.")
    ending = path.suffix.lower()
    if ending not in WORKBOOKS + TEXTS:
        raise file_refused(path, f"a file of the kind “{ending or path.name}” can't be read.", _SAVE_AS)
    if path.name.startswith("~$"):
        raise file_refused(path, "this is Excel's own mark that the workbook is open.", "Name the workbook itself.")
    with path.open("rb") as file:
        start = file.read(len(_OLE))
    if not start:
        raise file_refused(path, "the file is empty.", "Save it again from Excel.")
    if start == _OLE:
        raise _ole_refusal(path)
    if ending in WORKBOOKS and not start.startswith(_ZIP):
        raise file_refused(path, f"the file is no workbook, though it is named {ending}.", _SAVE_AS)
    if ending in TEXTS and start.startswith(_ZIP):
        raise file_refused(path, f"the file is a workbook, though it is named {ending}.", "Rename it to .xlsx.")


def _ole_refusal(path: Path) -> Exception:
    """An encrypted workbook is wrapped in the container that the old formats are in; names there are UTF-16."""
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            if "EncryptedPackage".encode("utf-16-le") in block:
                return file_refused(path, "the workbook is protected by a password.", "Save it without one.")
    return file_refused(path, "the file is in the old Excel format, whatever its name.", _SAVE_AS)
