"""The rows of To fix: the input's own cells again, so that the sheet is the next input.

Nothing in it may pass for good that was refused: what could not be read is an error here too, until somebody types it.
"""

from sync.model import Problem, RowRecord, RunFacts
from sync.problems import CELLS, problem
from sync.report.workbook import messages as words
from sync.report.workbook.columns import Styles
from sync.report.workbook.source_cells import TextCells, stored_number
from sync.text import fold
from sync.xlsx.writing import styles as looks
from sync.xlsx.writing.cells import CELL_LIMIT, error_cell, length, letters, most_lines, text_cell
from sync.xlsx.writing.notes import Notes
from sync.xlsx.writing.row_store import SheetRows
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import Style

_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

Said = dict[int, list[str]]  # by column: what is wrong there


class ToFix:
    """The rows that are to be put right, or were not sent."""

    def __init__(self, facts: RunFacts, frame: Frame, styles: Styles) -> None:
        self.lines = SheetRows()
        self.notes = Notes()
        self._texts = TextCells(0, len(facts.headers), styles.text, styles.wrapped)
        self._styles = styles
        self._columns = {header: place for place, header in enumerate(facts.headers) if header}
        self._id = _id_column(facts)
        self._faulty = frame.style(Style(*looks.FAULTY))
        self._remark = frame.style(Style(*looks.REMARK))
        self._error = frame.style(Style(*looks.FAULTY, horizontal="left"))

    @property
    def widest(self) -> int:
        """How many columns the sheet has."""
        return self._texts.widest

    def add(self, row: RowRecord, found: list[Problem]) -> None:
        """One row, with what is wrong with it."""
        at = self.lines.next
        cells = self._texts.cells(at, row.cells)
        said = self._said(row, found)
        mark = self._faulty if found else self._remark
        for column in row.cell_meta.keys() | said.keys():
            cells[column] = self._cell(row, column, at, mark if column in said else 0)
        for column, error in self._errors(row, found, said):
            cells[column] = error_cell(f"{letters(column)}{at}", self._error, error)
        if self.lines.add("".join(cells), most_lines(row.cells)):
            for column in sorted(said):
                self.notes.add(column, at, "\n\n".join(said[column]))

    def _said(self, row: RowRecord, found: list[Problem]) -> Said:
        said: Said = {}
        for one in found:
            column = self._columns.get(one.column, self._id)
            said.setdefault(column, []).append(f"{words.sentence(one.problem)}\n{one.remedy}")
        if not said and row.status.facts.bad:
            said[self._id] = [f"{words.sentence(row.status)}: {row.message}"]
        return said

    def _cell(self, row: RowRecord, column: int, at: int, mark: int) -> str:
        """A cell of which the plain text is not all. `mark` is the style of a text that has a note, 0 for none."""
        place = f"{letters(column)}{at}"
        text = row.cells[column] if column < len(row.cells) else ""
        cell_meta = row.cell_meta.get(column)
        number = stored_number(cell_meta, text) if cell_meta else ""
        style = (
            self._styles.number(cell_meta.number_format, looks.FAULTY[0] * bool(mark)) if cell_meta and number else 0
        )
        if style:
            return f'<c r="{place}" s="{style}"><v>{number}</v></c>'
        style = mark or self._styles.text
        return text_cell(place, style, text)

    def _errors(self, row: RowRecord, found: list[Problem], said: Said) -> list[tuple[int, str]]:
        """The cells that must be refused again, each with the error it shows. `said` gets the reasons that it lacks."""
        errors = []
        for column, cell_meta in row.cell_meta.items():
            if cell_meta.kind:
                errors.append((column, cell_meta.detail if cell_meta.detail in _ERRORS else "#N/A"))
                said.setdefault(column, [_unread(row, column)])
        for column, text in enumerate(row.cells):
            if len(text) * 2 > CELL_LIMIT and length(text) > CELL_LIMIT:
                errors.append((column, "#VALUE!"))
                said.setdefault(column, []).insert(0, _too_long(length(text)))
        if any(one.kind == "ragged" for one in found):
            errors.append((self._id, "#N/A"))
            said.setdefault(self._id, []).insert(0, _id_was(row.cells[self._id] if self._id < len(row.cells) else ""))
        return errors


def _id_column(facts: RunFacts) -> int:
    """Where the ids are. The mapping may spell the header otherwise than the sheet does."""
    wanted = fold(facts.options.id_header)
    return next((place for place, header in enumerate(facts.headers) if fold(header) == wanted), 0)


def _unread(row: RowRecord, column: int) -> str:
    """Why a cell that no column of the mapping is for could not be read."""
    cell_meta, text = row.cell_meta[column], row.cells[column]
    if cell_meta.kind not in CELLS:
        return f"The cell can't be read for certain. It shows: {text}"
    one = problem(cell_meta.kind, row.row, "", text, detail=cell_meta.detail)
    return f"{words.sentence(one.problem)}\n{one.remedy}"


def _too_long(count: int) -> str:
    return f"The text has {count:,} characters, and a cell holds at most {CELL_LIMIT:,}. Type a shorter one."


def _id_was(text: str) -> str:
    return (
        f"The id was {text or 'empty'}. The row's cells may stand under the wrong headers: put them right, "
        "then type the id again. Until then the row is refused."
    )
