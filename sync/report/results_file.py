"""Where a run's results workbook goes."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sync.errors import CannotStart
from sync.files import longest_name, opened
from sync.journal import steps
from sync.journal.reader import JournalReader
from sync.journal.writer import JournalWriter
from sync.model import RunFacts, RunRecord
from sync.report.totals import totals_by_currency


def refuse_long_name(facts: RunFacts, out: Path | None) -> None:
    """Refuse a sheet whose name leaves no room for the results', before anything is sent.

    Raises:
        CannotStart: the folder does not take a name of that length.
    """
    name = place_for(facts, out).name
    longest = longest_name(place_for(facts, out).absolute().parent)
    if len(os.fsencode(name)) > longest:
        raise CannotStart(f"the results workbook's name would be too long ({name}). Give a shorter one with --out.")


def place_for(facts: RunFacts, out: Path | None, kind: str = "results") -> Path:
    """The name of a run's workbook: the one asked for, or the first free one beside the file of edits."""
    if out is not None:
        return out
    edits = Path(facts.file)
    if not edits.parent.is_dir():  # a plan of another machine, or a folder that was removed
        edits = Path.cwd() / edits.name
    stem = f"{edits.with_suffix('')}.{kind}.{facts.id}"
    taken = (Path(f"{stem}-{n}.xlsx" if n > 1 else f"{stem}.xlsx") for n in range(1, 10_000))
    return next(path for path in taken if not os.path.lexists(path))


class Drawn(NamedTuple):
    """A workbook that was written."""

    path: Path
    totals: Mapping[str, Mapping[str, str]]  # the run's control totals, as `totals_by_currency` has them


def write(journal: JournalWriter, facts: RunFacts, out: Path | None, group: str = "", instead: bool = False) -> Drawn:
    """Draw a run's workbook; returns the control totals too, which it adds up.

    Args:
        instead: the workbook that the run has written before is out of date. It goes once this one is there, if it is
            as it was written and under a name that this program gave it.

    Raises:
        CampfireSyncError: it can't be written there. The journal has everything: `report` writes it later.
    """
    from sync.report.workbook.workbook import write as draw  # late, here and below: openpyxl is slow to import

    before = journal.reader.run(facts.id) if instead else None
    path = place_for(facts, out)
    ledger = draw(JournalReader(journal.path), facts.id, path, group)
    journal.commit([steps.file(facts.id, path), steps.results(facts.id, path.absolute(), _sha256(path))])
    if before and _has_own_name(before) and is_as_written(before):
        with suppress(OSError):  # open in Excel on Windows: then there are two
            Path(before.results).unlink()
    return Drawn(path, ledger.after())


def is_as_written(run: RunRecord) -> bool:
    """Whether a run's workbook is there, and nobody has changed it since it was written."""
    path = Path(run.results)
    try:
        is_file = path.is_file() and not path.is_symlink()
        return bool(run.results_sha256) and is_file and _sha256(path) == run.results_sha256
    except OSError:
        return False


def _has_own_name(run: RunRecord) -> bool:
    return f".results.{run.facts.id}" in Path(run.results).name


def _sha256(path: Path) -> str:
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_live(path: Path, facts: RunFacts, out: Path | None, group: str) -> Path:
    """Draw the workbook of a run that is still in progress. It leaves the name of the results to the run itself."""
    from sync.report.workbook.workbook import write as draw

    target = place_for(facts, out, kind="so-far")
    draw(JournalReader(path, live=True), facts.id, target, group)
    with JournalWriter(path) as journal:
        journal.commit([steps.file(facts.id, target)])
    return target


def totals(path: Path, run: RunRecord) -> dict[str, dict[str, str]]:
    """A run's control totals, from the journal at this path."""
    return totals_by_currency(JournalReader(path), run.facts.id)
