"""A validated sheet → a run in the journal, with all its rows, before anything else is done."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sync import __version__
from sync.errors import FileRefused
from sync.journal import writer as journal
from sync.journal.writer import JournalWriter, Step
from sync.model import Mode, RunFacts, RunOptions
from sync.progress import Progress
from sync.settings import Settings
from sync.status import Status
from sync.validation.schema import ValidatedRow, Validation


def enter(book: JournalWriter, facts: RunFacts, validation: Validation) -> None:
    """Begin a run: what is known of it, and its rows as they were read.

    Raises:
        CannotStart: the journal can't be written.
    """
    book.begin(facts, _steps(facts.id, validation))


def facts_of(validation: Validation, settings: Settings, mode: Mode, base_url: str) -> RunFacts:
    """What is true of a run that begins now."""
    sheet, mapping = validation.sheet, validation.mapping
    return RunFacts(
        id=new_id(),
        mode=mode,
        started_at=journal.now(),
        file=str(sheet.path.absolute()),
        file_sha256=sha256(sheet.path),
        sheet=sheet.name,
        mapping=str(mapping.path.absolute()),
        mapping_sha256=sha256(mapping.path),
        base_url=base_url,
        version=__version__,
        headers=sheet.headers,
        hidden_rows=sheet.hidden_rows,
        warnings=(*map(str, sheet.warnings), *validation.warnings),
        dry_run=mode is Mode.PREVIEW,
        options=RunOptions(
            validation.id_header,
            validation.names,
            dict(mapping.constants),
            settings.no_read,
            settings.strict,
            settings.max_changes,
        ),
    )


def new_id() -> str:
    """The name of a run:

    when it began, by this machine's clock, and four characters that keep two of a second apart.
    """
    return f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def sha256(path: Path) -> str:
    """A file's fingerprint.

    Raises:
        FileRefused: the file is not there, or can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as e:
        raise FileRefused(f"{path} can't be read: {e.strerror or e}.") from e


def counts_of(validation: Validation, watch: Progress) -> dict[Status, int]:
    """How many rows are in order and how many are not, telling of each problem."""
    for found in validation.problems():
        watch.problem(found)
    counts = dict.fromkeys(Status, 0)
    counts[Status.INVALID] = validation.invalid
    counts[Status.NOT_SENT] = validation.count - validation.invalid
    return counts


def _steps(run: str, validation: Validation) -> Iterator[Step]:
    for n, checked in enumerate(validation.rows()):
        yield journal.row(run, n, checked.row, checked.edit, checked.record_id, _message(checked))
        yield from (journal.problem(run, n, found) for found in checked.problems)


def _message(checked: ValidatedRow) -> str:
    return " ".join(found.message for found in checked.problems)
