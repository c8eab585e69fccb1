"""The results workbook: from the journal's rows to a file, in one pass."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from sync.contract.load import load as load_resource
from sync.errors import ResultsNotWritten
from sync.files import complete_file
from sync.journal.reader import JournalReader
from sync.model import Problem, RowRecord, RunRecord
from sync.report.workbook import messages as words
from sync.report.workbook.columns import (
    CHANGES,
    CHANGES_HEADINGS,
    PROBLEMS,
    PROBLEMS_HEADINGS,
    RESULTS,
    TO_FIX,
    Changes,
    Problems,
    Styles,
    results_headings,
)
from sync.report.workbook.results_sheet import Results
from sync.report.workbook.summary_sheet import SUMMARY, Summary, Tally
from sync.report.workbook.to_fix_sheet import ToFix
from sync.status import Status
from sync.xlsx.writing.notes import NOTES
from sync.xlsx.writing.package import Part, Table, sheet_part, splice
from sync.xlsx.writing.shell import Frame, Heading
from sync.xlsx.writing.styles import CHART, DARK

_SAMPLE = 200  # rows by which the input's columns are made wide enough
_NARROW, _WIDE = 10, 42  # characters
_NO_MORE: tuple[int, Iterator[tuple[int, Problem]]] = (-1, iter(()))


class Book:
    """The five sheets of one run."""

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        facts = record.facts
        self._resource = load_resource(facts.resource)
        self._frame = Frame(SUMMARY, RESULTS, CHANGES, PROBLEMS, TO_FIX)
        styles = self._styles = Styles(self._frame)
        self._results = Results(facts, self._resource, styles)
        self._changes = Changes(styles)
        self._problems = Problems(facts, styles)
        self._to_fix = ToFix(facts, self._frame, styles)
        self._for_to_fix = words.to_fix(facts)
        self._tally = Tally(self._resource)
        self._widths = [min(_width(header), 24) for header in facts.headers]

    def add(self, row: RowRecord, found: list[Problem]) -> None:
        """One row of the input, with what is wrong with it."""
        self._tally.add(row)
        to_fix = self._to_fix.lines.next if row.status in self._for_to_fix else 0
        change = self._changes.lines.next if row.changes else 0
        self._results.add(row, to_fix, change)
        self._changes.add(row)
        self._problems.add(row, found)
        if to_fix:
            self._to_fix.add(row, found)
        if row.n < _SAMPLE:
            for place, text in enumerate(row.cells[: len(self._widths)]):
                self._widths[place] = max(self._widths[place], min(_width(text), _WIDE))

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook."""
        for table in self._tables().values():
            table.lines.finish(self._styles.text)
        self._set_up()
        Summary(self._frame, self._record, self._tally, self._remarks()).write()
        frame = BytesIO()
        self._frame.save(frame)
        splice(frame, self._parts(frame), file)

    def _tables(self) -> dict[str, Table]:
        """By the part of the workbook that they are in."""
        return {
            "xl/worksheets/sheet2.xml": Table(self._results.lines, self._results.widest),
            "xl/worksheets/sheet3.xml": Table(self._changes.lines, len(CHANGES_HEADINGS)),
            "xl/worksheets/sheet4.xml": Table(self._problems.lines, len(PROBLEMS_HEADINGS)),
            "xl/worksheets/sheet5.xml": Table(self._to_fix.lines, self._to_fix.widest),
        }

    def _set_up(self) -> None:
        frame, own = self._frame, self._own()
        frame.table(RESULTS, [*results_headings(self._resource), *own], self._results.lines.last, "E2", DARK)
        frame.sheet(RESULTS).print_title_cols = "A:D"
        frame.table(CHANGES, CHANGES_HEADINGS, self._changes.lines.last, "A2", CHART[Status.UPDATED])
        frame.table(PROBLEMS, PROBLEMS_HEADINGS, self._problems.lines.last, "A2", CHART[Status.INVALID])
        frame.table(TO_FIX, own, self._to_fix.lines.last, "A2", CHART[Status.FAILED])
        frame.as_text(TO_FIX, len(own))
        if self._to_fix.notes.count:
            frame.with_notes(TO_FIX)

    def _own(self) -> list[Heading]:
        """The input's columns, as wide as their first rows want."""
        widths = zip(self._record.facts.headers, self._widths, strict=True)
        return [Heading(header, max(width + 2, _NARROW), own=True) for header, width in widths]

    def _remarks(self) -> list[str]:
        """What a reader of the workbook has to know about the workbook."""
        out = [
            f"{name}: {lines.left_out:,} lines are left out, since a sheet can't hold more. The journal has them."
            for name, lines in ((CHANGES, self._changes.lines), (PROBLEMS, self._problems.lines))
            if lines.left_out
        ]
        if self._to_fix.notes.left_out:
            out.append(f"{TO_FIX}: only the first {NOTES:,} faulty cells carry a note. Problems has all of them.")
        return out

    def _parts(self, frame: IO[bytes]) -> dict[str, Part]:
        with ZipFile(frame) as made:
            parts = {name: sheet_part(made.read(name).decode(), table) for name, table in self._tables().items()}
        if self._to_fix.notes.count:
            comments, shapes = self._to_fix.notes.parts()
            parts |= {"xl/comments/comment1.xml": comments, "xl/drawings/commentsDrawing1.vml": shapes}
        return parts

    def close(self) -> None:
        """Let go of what is kept on disk meanwhile."""
        for table in self._tables().values():
            table.lines.close()
        self._to_fix.notes.close()


def write(history: JournalReader, run: str, path: Path, group: str = "") -> None:
    """Draw a run's results workbook from the journal, whole or not at all.

    `run` is the run's whole id. Only its owner can read the workbook, and `group` where one is given.

    Raises:
        ResultsNotWritten: the name is taken, or the place can't be written to. Nothing is left behind there.
        CannotStart: there is no such run.
    """
    record = history.run(run)
    try:
        with closing(Book(record)) as book:
            for row, found in _rows(history, run):
                book.add(row, found)
            with complete_file(path, group) as file:
                book.save(file)
    except FileExistsError as e:
        raise ResultsNotWritten(f"{path} has come to be meanwhile, and is not written over. Move it away.") from e
    except OSError as e:
        raise ResultsNotWritten(
            f"the results workbook {path} can't be written ({e.strerror or e}). If it is open in Excel, close it; "
            "otherwise see that the folder can be written to and that the disk has room."
        ) from e


def _rows(history: JournalReader, run: str) -> Iterator[tuple[RowRecord, list[Problem]]]:
    """Each row with its problems; both come in the input's order."""
    grouped = groupby(history.problems(run), key=itemgetter(0))
    n, found = next(grouped, _NO_MORE)
    for row in history.rows(run):
        if row.n != n:
            yield row, []
            continue
        yield row, [problem for _, problem in found]
        n, found = next(grouped, _NO_MORE)


def _width(text: str) -> int:
    return max(map(len, text.split("\n")))
