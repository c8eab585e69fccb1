"""The sheet To fix: the rows that went wrong or were not sent, with the input's own cells. Corrected, it is run again.

A cell that was refused must not pass then: what could not be read is an error here too, until somebody types it.
What is wrong and what to do stand before the input's columns; these two are ignored when the sheet is run. What is
wrong begins with the row's number in the input, since messages about other rows name them by it.
"""

from typing import NamedTuple

from sync.contract.display import Display, cell_text, value_text
from sync.contract.rules import YES_NO
from sync.model import ADVICE_HEADERS, Cell, Mode, Problem, RowRecord, RunFacts
from sync.problems import CELLS, problem
from sync.report.workbook import looks
from sync.report.workbook.messages import means, remedy
from sync.report.workbook.source_cells import SourceCells
from sync.report.workbook.to_fix_memory import replaced
from sync.text import EXCEL_CELL, excel_length, fold, sentence
from sync.xlsx.writing.cells import LINE_FEEDS, error_cell, fits, text_cell, text_lines
from sync.xlsx.writing.choices import drop_down
from sync.xlsx.writing.notes import Notes
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import FAULTY
from sync.xlsx.writing.table import Beside, Column, TableWriter

_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
_ADVICE = {fold(header) for header in ADVICE_HEADERS}
_OF_THE_FILE = {"ragged", "text_after_quote", "rows_in_a_cell", "totals_row"}  # of a row: not to be seen on this sheet
_HERE = "on this sheet"
_LONG = 42  # characters; a longer text is wrapped, so that all of it can be read beside what is wrong
_MOST_FROZEN = 130  # characters; frozen columns wider than the window cannot be scrolled

Reasons = dict[int, list[str]]  # by position of the input's column: what is wrong there


class Advice(NamedTuple):
    """A line of the sheet, before the input's own cells."""

    wrong: str
    what_to_do: str


def columns(facts: RunFacts) -> list[Column[Advice]]:
    """The columns before the input's own. One that the input has mapped under the same header is left out."""
    wrong, what_to_do = ADVICE_HEADERS
    both: list[Column[Advice]] = [
        Column(wrong, 44, looks.WRAPPED, lambda line: line.wrong),
        Column(what_to_do, 40, looks.WRAPPED, lambda line: line.what_to_do),
    ]
    return [column for column in both if fold(column.heading) not in _mapped(facts)]


def _mapped(facts: RunFacts) -> set[str]:
    return set(map(fold, facts.options.names.values()))


class ToFix:
    """Writes the sheet."""

    def __init__(self, facts: RunFacts, frame: Frame, display: Display) -> None:
        self.table = TableWriter(frame, columns(facts))
        self.notes = Notes()
        self._facts = facts
        self._display = display
        # The sheet that is run may be a To fix itself. Its advice is old.
        old = _ADVICE - _mapped(facts)
        self.kept = [n for n, header in enumerate(facts.headers) if fold(header) not in old]
        self.headers = [facts.headers[n] for n in self.kept]
        self._positions = {header: n for n, header in enumerate(self.headers) if header}
        self._id = _id_position(self.headers, facts)
        self._source = SourceCells(frame, len(self.table.columns), len(self.headers))
        self._wrapped, self._error = frame.style(looks.WRAPPED), frame.style(looks.ERROR)
        self._faulty, self._remark = frame.style(looks.FAULTY), frame.style(looks.REMARK)
        self._struck, self._struck_faulty = frame.style(looks.STRUCK), frame.style(looks.STRUCK_FAULTY)

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return len(self.table.columns) + self._source.width

    @property
    def id_column(self) -> str:
        """The letters of the column with the ids."""
        return self._source.place(self._id)

    def freeze(self, widths: list[float]) -> str:
        """The cell at which the sheet is frozen: right of the id. `widths` are those of all columns."""
        last = len(self.table.columns) + self._id
        frozen = last + 1 if sum(widths[: last + 1]) <= _MOST_FROZEN else 0
        return f"{self._source.place(frozen - len(self.table.columns)) if frozen else 'A'}2"

    def add_choices(self, frame: Frame, name: str) -> None:
        """Give the columns of choices their drop-down lists. They do not insist: a mapping may know other spellings."""
        for target, header in self._facts.options.names.items():
            field = self._display.field(target)
            position = self._positions.get(header)
            if field is None or position is None or field.type not in ("choice", "boolean"):
                continue
            choices = list(field.choices.values()) or [word for word in YES_NO if word in ("yes", "no")]
            validation = drop_down(choices, self._source.place(position))
            if validation:
                frame.sheet(name).add_data_validation(validation)

    def add(self, row: RowRecord, problems: list[Problem]) -> None:
        """One row, with what is wrong with it."""
        texts = [row.cells[n] if n < len(row.cells) else "" for n in self.kept]
        texts += row.cells[len(self._facts.headers) :]
        meta = {self.kept.index(n): cell for n, cell in row.cell_meta.items() if n in self.kept}
        at = self.table.rows.next
        cells = self._source.cells(at, texts, meta)
        for n, text in enumerate(texts[: len(cells)]):
            if len(text) > _LONG and n not in meta:
                cells[n] = text_cell(f"{self._source.place(n)}{at}", self._wrapped, text)
        reasons = self._reasons(row, problems)
        errors = self._errors(row, problems, texts, meta, reasons)
        mark, fill = (self._faulty, FAULTY[0]) if problems else (self._remark, "")
        for n in reasons:
            text, place = texts[n] if n < len(texts) else "", f"{self._source.place(n)}{at}"
            number = self._source.number_cell(at, n, meta[n], text, fill) if n in meta else ""
            cells[n] = number or text_cell(place, mark, text)
        for n, cell in meta.items():
            if cell.struck_through and n < len(cells):
                style = self._struck_faulty if n in reasons else self._struck
                cells[n] = text_cell(f"{self._source.place(n)}{at}", style, texts[n])
        for n, error in errors:
            cells[n] = error_cell(f"{self._source.place(n)}{at}", self._error, error)
        if self.table.rows.room:
            for n in sorted(reasons):
                self.notes.add(len(self.table.columns) + n, at, "\n\n".join(reasons[n]))
        height = max(text_lines(text, _LONG) for text in texts)
        self.table.add([self._advice(row, problems)], Beside([], ["".join(cells)], [height]))

    def _advice(self, row: RowRecord, problems: list[Problem]) -> Advice:
        if self._facts.mode is Mode.CHECK and not problems and not row.status.facts.bad:
            return Advice("", "")
        wrong, what_to_do = self._sentences(row, problems)
        return Advice(f"Row {row.row}: {_lines(wrong)}", _lines(what_to_do))

    def _sentences(self, row: RowRecord, problems: list[Problem]) -> tuple[list[str], list[str]]:
        """What is wrong with a row, and what to do."""
        if problems:
            wrong = [f"{one.header}: {one.problem}" if one.column else sentence(one.problem) for one in problems]
            several = len({one.column for one in problems}) > 1
            to_do = [f"{one.header}: {one.remedy}" if several and one.column else one.remedy for one in problems]
            return wrong, to_do
        to_do = [remedy(row, self._facts, _HERE)]
        if row.status.facts.bad:
            return [f"{sentence(row.status)}: {row.message}"], [*to_do, *self._to_confirm(row).values()]
        return [f"{sentence(row.status)}: {means(row.status, self._facts)}"], to_do

    def _to_confirm(self, row: RowRecord) -> dict[int, str]:
        """By position: cells that were meant for an item of the list in whose place there is another one."""
        confirmations = {}
        for item, facts in replaced(row).items():
            for target, value in row.edits.items():
                position = self._positions.get(self._facts.options.names.get(target, ""))
                if position is not None and target.startswith(f"{item}."):
                    field = self._display.field(target)
                    confirmations[position] = _confirm(value_text(value, field), cell_text(facts.get(target), field))
        return confirmations

    def _reasons(self, row: RowRecord, problems: list[Problem]) -> Reasons:
        reasons: Reasons = {}
        for one in problems:
            position = self._positions.get(one.column, self._id)
            reasons.setdefault(position, []).append(f"{sentence(one.problem)}\n{one.remedy}")
        if not reasons and row.status.facts.bad:
            reasons[self._id] = [f"{sentence(row.status)}: {row.message}"]
        return reasons

    def _errors(
        self, row: RowRecord, problems: list[Problem], texts: list[str], meta: dict[int, Cell], reasons: Reasons
    ) -> list[tuple[int, str]]:
        """The cells that must be refused again, each with the error that it shows. Adds the reasons that they lack."""
        errors = []
        for n, cell in meta.items():
            if cell.kind:
                errors.append((n, cell.detail if cell.detail in _ERRORS else "#N/A"))
                reasons.setdefault(n, [_unread(row, cell, texts[n])])
        for n, note in self._to_confirm(row).items():
            errors.append((n, "#N/A"))
            reasons.setdefault(n, []).append(note)
        for n, text in enumerate(texts):
            if not fits(text):
                errors.append((n, "#VALUE!"))
                reasons.setdefault(n, []).insert(0, _too_long(text))
        kinds = _OF_THE_FILE.intersection(one.kind for one in problems if not one.column)
        if "ragged" in kinds or (kinds and texts[self._id]):
            errors.append((self._id, "#N/A"))
            reasons.setdefault(self._id, []).insert(0, _id_was(texts[self._id], "ragged" in kinds))
        return errors


def _lines(sentences: list[str]) -> str:
    return "\n".join(dict.fromkeys(sentences))


def _confirm(typed: str, present: str | None) -> str:
    """What is asked of a person whose cell was meant for another item than is there now."""
    keep = f"type “{present}”, as it is in Campfire" if present else "empty the cell"
    return (
        f"“{typed}” was meant for another entry. If it is right for the entry that is there now, type it again; "
        f"otherwise {keep}."
    )


def _id_position(headers: list[str], facts: RunFacts) -> int:
    """Where the ids are. The mapping may spell the header differently from the sheet."""
    wanted = fold(facts.options.id_header)
    return next((n for n, header in enumerate(headers) if fold(header) == wanted), 0)


def _unread(row: RowRecord, cell: Cell, text: str) -> str:
    """Why a cell of a column that is not mapped could not be read."""
    if cell.kind not in CELLS:
        return f"The cell cannot be read reliably. It shows: {text}"
    one = problem(cell.kind, row.row, "", text, detail=cell.detail)
    return f"{sentence(one.problem)}\n{one.remedy}"


def _too_long(text: str) -> str:
    if excel_length(text) > EXCEL_CELL:
        return (
            f"The text has {excel_length(text):,} characters; a cell holds at most {EXCEL_CELL:,}. Type a shorter one."
        )
    return f"The text has {text.count(chr(10)):,} line breaks; a cell holds at most {LINE_FEEDS}. Type it with fewer."


def _id_was(text: str, is_ragged: bool) -> str:
    mend = "Put the row right"
    if is_ragged:
        mend = "The cells of this row may stand under the wrong headers. Put them right"
    return f"The id was {text or 'empty'}. {mend}, then type the id again. Until then the row is refused."
