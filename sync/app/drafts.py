"""The sheets that a person works on in the app: each in a folder of its own, with what was chosen for it.

The browser hands over a file's content and name, never its folder, so the app keeps a copy in the state directory. All
files that it writes lie beside that copy, and the person downloads them.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO

from sync.commands.choose import written
from sync.commands.kept_sheets import FOLDER_NAME, folder_of, kept_sheets
from sync.errors import CannotStart
from sync.files import replace_content
from sync.text import counted

_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_NAME = 120  # characters; the results workbook's name is made from it
_CHOICES = "choices.json"
_PIECE = 1 << 20
_MADE = re.compile(r"\.(results\.\d{8}-\d{6}-[0-9a-f]{4}|corrected)(-\d+)?$")  # added to a name by this program
_ROUND = re.compile(r"\.round-(\d{1,4})$")


@dataclass
class Draft:
    """One sheet in work."""

    folder: Path
    file: str  # the name of the sheet's file in the folder; a corrected copy takes its place
    original: str = ""  # the name of the file that was dropped
    original_sha256: str = ""
    sheet: str = ""  # the worksheet; empty for the first visible one
    mapping: str = ""  # the mapping file; empty until the columns are chosen
    sandbox: bool = False
    corrections: list[tuple[int, str, str]] = field(default_factory=list)  # row, header, text: made in the grid
    left_out: list[int] = field(default_factory=list)  # rows that the person has taken out in the grid
    header_row: int = 0  # the row that the person took for the header; 0: the first that has anything in it
    preview: str = ""  # the run of the latest preview
    preview_is_old: bool = False  # something was chosen or corrected since

    @property
    def id(self) -> str:
        """Its name in addresses."""
        return self.folder.name

    @property
    def path(self) -> Path:
        """The sheet's file."""
        return self.folder / self.file

    @property
    def original_path(self) -> Path:
        """The file that was dropped, as it was."""
        return self.folder / self.original

    @property
    def corrected(self) -> str:
        """What was corrected, in words; empty where nothing was."""
        cells = [f"{counted(len(self.corrections), 'cells')} corrected"] if self.corrections else []
        rows = (
            [f"row{'s' if len(self.left_out) > 1 else ''} {written(self.left_out)} left out"] if self.left_out else []
        )
        above = [f"what stands above row {self.header_row} left out"] if self.header_row else []
        return "; ".join([*above, *cells, *rows])

    def choose_worksheet(self, worksheet: str) -> None:
        """Take this worksheet, or stay where it has no name. What was chosen and corrected in another is forgotten."""
        if self.sheet and worksheet and worksheet != self.sheet:
            self.corrections, self.left_out, self.header_row, self.file = [], [], 0, self.original
            self.mapping = self.preview = ""
        self.sheet = worksheet or self.sheet

    def free_name(self) -> str:
        """A name for a corrected copy."""
        return next(name for name in corrected_names(self.original) if not (self.folder / name).exists())

    def save(self) -> None:
        """Keep what was chosen."""
        choices = {name: value for name, value in asdict(self).items() if name != "folder"}
        replace_content(self.folder / _CHOICES, json.dumps(choices).encode())


class Drafts:
    """All of them, in the state directory."""

    def __init__(self, state: Path) -> None:
        self._state, self._folder = state, kept_sheets(state)

    def new(self, name: str, content: BinaryIO) -> Draft:
        """Keep a file that was dropped.

        Raises:
            CannotStart: the name is empty, or the file can't be kept.
        """
        plain = _NOT_IN_A_NAME.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
        if not plain:
            raise CannotStart("the file has no name. Choose a spreadsheet file.")
        stem, dot, ending = plain.rpartition(".")
        file = f"{stem[:_LONGEST_NAME]}{dot}{ending}" if dot else plain[:_LONGEST_NAME]
        folder = self._folder / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        try:
            folder.mkdir(parents=True, mode=0o700)
            with (folder / file).open("xb") as copy:
                (folder / file).chmod(0o600)
                digest = hashlib.sha256()
                while piece := content.read(_PIECE):
                    digest.update(piece)
                    copy.write(piece)
        except OSError as error:
            raise CannotStart(f"the file can't be kept in {folder} ({error.strerror or error}).") from error
        draft = Draft(folder, file, original=file, original_sha256=digest.hexdigest())
        draft.save()
        return draft

    def get(self, draft_id: str) -> Draft:
        """The draft with this id.

        Raises:
            CannotStart: there is none.
        """
        folder = self._folder / draft_id
        if not FOLDER_NAME.fullmatch(draft_id) or not (folder / _CHOICES).is_file():
            raise CannotStart("the app has not kept this sheet. Choose the file again.")
        return _draft(folder)

    def of_file(self, path: Path) -> Draft | None:
        """The draft that a run's file belongs to; None where it is not one of the app's."""
        folder = folder_of(path, self._state)
        with suppress(CannotStart):
            return self.get(folder.name) if folder else None
        return None

    def recent(self, most: int = 8) -> list[Draft]:
        """The latest ones, the newest first."""
        if not self._folder.is_dir():
            return []
        ids = sorted((path.name for path in self._folder.iterdir() if FOLDER_NAME.fullmatch(path.name)), reverse=True)
        return list(islice(_readable(self._folder / draft_id for draft_id in ids), most))

    def for_export(self, things: str) -> Path:
        """Where a file with these things is made for the person to download, in a new folder."""
        folder = self._folder / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder.mkdir(parents=True, mode=0o700)
        return folder / f"{things}.xlsx"

    def exported(self, folder: str) -> Path:
        """The file that was made in such a folder.

        Raises:
            CannotStart: there is none.
        """
        made = next((self._folder / folder).glob("*.xlsx"), None) if FOLDER_NAME.fullmatch(folder) else None
        if made is None:
            raise CannotStart("the app has not kept this file. Export it again.")
        return made


def _readable(folders: Iterable[Path]) -> Iterator[Draft]:
    """The drafts of these folders; a folder without one is an export's, or its upload was broken off."""
    for folder in folders:
        if (folder / _CHOICES).is_file():
            with suppress(CannotStart):
                yield _draft(folder)


def _draft(folder: Path) -> Draft:
    """The draft in this folder.

    Raises:
        CannotStart: what was chosen for it can't be read.
    """
    try:
        choices = json.loads((folder / _CHOICES).read_text(encoding="utf-8"))
        known = {each.name for each in fields(Draft)}
        return Draft(folder, **{name: value for name, value in choices.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CannotStart("what the app has kept of this sheet can't be read. Choose the file again.") from error


def corrected_names(name: str) -> Iterator[str]:
    """What a corrected copy may be called, the best name first: `edits.corrected.xlsx`, `edits.corrected-2.xlsx`."""
    ending = PurePath(name).suffix
    ending = ".csv" if ending.lower() == ".tsv" else ending
    return (f"{_stem(name)}.corrected{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))


def next_round(name: str) -> str:
    """What the sheet To fix of a file's results is called: `edits.round-2.xlsx`, and then `edits.round-3.xlsx`."""
    stem = _stem(name)
    match = _ROUND.search(stem)
    return f"{_ROUND.sub('', stem)}.round-{int(match[1]) + 1 if match else 2}.xlsx"


def _stem(name: str) -> str:
    """A file's name without its ending, and without what this program has added to it."""
    stem = PurePath(name).stem
    while (shorter := _MADE.sub("", stem)) != stem:
        stem = shorter
    return stem
