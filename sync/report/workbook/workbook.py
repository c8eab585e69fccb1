"""The results workbook: from the journal's rows to a file, in one pass."""

from collections.abc import Sequence
from contextlib import closing
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.errors import ResultsNotWritten
from sync.files import complete_file
from sync.journal.reader import JournalReader
from sync.model import Problem, RowRecord, RunRecord
from sync.report.names import names_of
from sync.report.totals import Ledger
from sync.report.workbook import changes_sheet, looks, problems_sheet
from sync.report.workbook.changes_sheet import ChangedField
from sync.report.workbook.messages import title, to_fix
from sync.report.workbook.problems_sheet import ProblemOfRow, problems_of
from sync.report.workbook.results_sheet import (
    CHANGES,
    PROBLEMS,
    RESULTS,
    SUMMARY,
    TO_FIX,
    Result,
    Results,
    line_of,
)
from sync.report.workbook.summary_sheet import Summary, Tally
from sync.report.workbook.to_fix_memory import ToFixMemory
from sync.report.workbook.to_fix_sheet import ToFix
from sync.status import Status
from sync.xlsx.writing.cells import text_width
from sync.xlsx.writing.notes import NOTES
from sync.xlsx.writing.package import Part, Table, sheet_part, splice
from sync.xlsx.writing.shell import Frame, Heading
from sync.xlsx.writing.styles import DARK
from sync.xlsx.writing.table import TableWriter

_AT_ONCE = 100  # rows that are drawn together
_SAMPLE = 200  # rows by which the widths of the input's columns are chosen
_NARROW, _WIDE = 10, 42  # characters
_FROZEN = "E2"  # of Results: row, id, name and status stay in sight


class Book:
    """The five sheets of one run."""

    def __init__(self, record: RunRecord) -> None:
        facts = record.facts
        resource = resource_of_run(facts)
        display = Display.of_run(facts, resource)
        frame = self._frame = Frame(SUMMARY, RESULTS, CHANGES, PROBLEMS, TO_FIX, footer=title(facts))
        self._record = record
        self._results = Results(facts, resource, display, frame)
        name = names_of(facts, resource)
        self._changes = TableWriter(frame, changes_sheet.columns(resource, display, name))
        self._problems = TableWriter(frame, problems_sheet.columns(resource, name))
        self._to_fix = ToFix(facts, frame, display)
        self._memory = ToFixMemory(facts, display)
        self._for_to_fix = to_fix(facts)
        self.tally = Tally(Ledger(resource), name)
        self._resource = resource
        self._widths = [min(text_width(header), 24) for header in facts.headers]

    def add(self, rows: Sequence[tuple[RowRecord, list[Problem]]]) -> None:
        """Some rows of the input, each with what is wrong with it."""
        results: list[Result] = []
        changes: list[ChangedField] = []
        faults: list[ProblemOfRow] = []
        for row, problems in rows:
            self.tally.add(row)
            fixable = row.status in self._for_to_fix
            change = self._changes.rows.number(len(changes)) if row.changes else 0
            results.append(line_of(row, change, self._to_fix.table.rows.next if fixable else 0))
            if row.changes:
                changes += [ChangedField(row, one) for one in row.changes]
            faults += [ProblemOfRow(row, one) for one in problems_of(row, problems, self._record.facts)]
            if fixable:
                self._to_fix.add(row, problems)
                self._memory.add(row)
            if row.n < _SAMPLE:
                for position, text in enumerate(row.cells[: len(self._widths)]):
                    self._widths[position] = max(self._widths[position], min(text_width(text), _WIDE))
        self._results.add(results)
        self._changes.add(changes)
        self._problems.add(faults)

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook."""
        for _, table in self._tables():
            table.lines.finish(self._frame.style(looks.PLAIN))
        self._set_up()
        Summary(self._frame, self._record, self._resource, self.tally, self._remarks()).write()
        self._memory.put_into(self._frame, TO_FIX)
        frame = BytesIO()
        self._frame.save(frame)
        splice(frame, self._parts(frame), file)

    def _tables(self) -> list[tuple[str, Table]]:
        """The sheets of many rows, in the workbook's order."""
        return [
            (RESULTS, Table(self._results.table.rows, self._results.width)),
            (CHANGES, Table(self._changes.rows, len(self._changes.columns))),
            (PROBLEMS, Table(self._problems.rows, len(self._problems.columns))),
            (TO_FIX, Table(self._to_fix.table.rows, self._to_fix.width)),
        ]

    def _set_up(self) -> None:
        frame, source, bar = self._frame, self._source_headings(), looks.BAR
        results, to_fix = self._results.table, self._to_fix.table
        frame.table(RESULTS, [*results.headings, *source], results.rows.last, _FROZEN, DARK, repeat="A:D")
        for name, table, color in (
            (CHANGES, self._changes, bar[Status.UPDATED]),
            (PROBLEMS, self._problems, bar[Status.INVALID]),
        ):
            frame.table(name, table.headings, table.rows.last, "A2", color)
        headings = [*to_fix.headings, *(source[n] for n in self._to_fix.kept)]
        freeze = self._to_fix.freeze([heading.width for heading in headings])
        key = self._to_fix.id_column
        frame.table(TO_FIX, headings, to_fix.rows.last, freeze, bar[Status.FAILED], repeat=f"{key}:{key}", grows=True)
        frame.as_text(TO_FIX, len(headings))
        self._to_fix.add_choices(frame, TO_FIX)
        if self._to_fix.notes.count:
            frame.with_notes(TO_FIX)

    def _source_headings(self) -> list[Heading]:
        """The input's columns, as wide as their first rows need."""
        widths = zip(self._record.facts.headers, self._widths, strict=True)
        return [Heading(header, max(width + 2, _NARROW), own=True) for header, width in widths]

    def _remarks(self) -> list[str]:
        """What a reader of the workbook has to know about the workbook."""
        remarks = [
            f"{name}: {table.lines.left_out:,} lines are left out: a sheet cannot hold more. The journal has them."
            for name, table in self._tables()
            if table.lines.left_out
        ]
        if self._to_fix.notes.left_out:
            remarks.append(f"{TO_FIX}: only the first {NOTES:,} faulty cells carry a note. Problems has all of them.")
        return remarks

    def _parts(self, frame: IO[bytes]) -> dict[str, Part]:
        names = self._frame.book.sheetnames
        with ZipFile(frame) as made:
            parts: dict[str, Part] = {}
            for name, table in self._tables():
                part = f"xl/worksheets/sheet{names.index(name) + 1}.xml"
                parts[part] = sheet_part(made.read(part).decode(), table)
            parts |= self._memory.part(made.read)
        if self._to_fix.notes.count:
            comments, shapes = self._to_fix.notes.parts()
            parts |= {"xl/comments/comment1.xml": comments, "xl/drawings/commentsDrawing1.vml": shapes}
        return parts

    def close(self) -> None:
        """Delete the temporary files."""
        for _, table in self._tables():
            table.lines.close()
        self._to_fix.notes.close()
        self._memory.close()


def write(history: JournalReader, run: str, path: Path, group: str = "") -> Ledger:
    """Draw a run's results workbook from the journal, whole or not at all; returns the control totals that it shows.

    `run` is the run's whole id. A file that exists is never replaced. Only its owner can read the workbook, and
    `group` where one is given.

    Raises:
        ResultsNotWritten: the name is taken, or the file cannot be written there. Nothing is left behind.
        CannotStart: there is no such run.
    """
    record = history.run(run)
    try:
        with closing(Book(record)) as book:
            rows = history.with_problems(run, history.rows_with_memory(run))
            while some := list(islice(rows, _AT_ONCE)):
                book.add(some)
            with complete_file(path, group) as file:
                book.save(file)
            return book.tally.ledger
    except FileExistsError as e:
        raise ResultsNotWritten(
            f"{path} was created while this was running, and is not overwritten. Move it away."
        ) from e
    except OSError as e:
        raise ResultsNotWritten(
            f"the results workbook {path} cannot be written ({e.strerror or e}). If it is open in Excel, close it; "
            "otherwise check that the folder can be written to and that the disk has room."
        ) from e
