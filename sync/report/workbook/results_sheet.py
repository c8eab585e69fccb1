"""The rows of Results. There are as many as the input has, and as wide, so here time counts."""

import re

from sync.contract.resource import Resource
from sync.model import RecordSummary, RowRecord, RunFacts
from sync.report.workbook import messages as words
from sync.report.workbook.columns import (
    CHANGES,
    CHANGES_WIDTH,
    MESSAGE_WIDTH,
    TO_FIX,
    Styles,
    digits,
    results_headings,
)
from sync.report.workbook.source_cells import TextCells, stored_number
from sync.xlsx.writing.cells import letters, most_lines, number_cell, text_cell, text_lines
from sync.xlsx.writing.row_store import SheetRows


class Results:
    """A row for each of the input's."""

    def __init__(self, facts: RunFacts, resource: Resource, styles: Styles) -> None:
        self.lines = SheetRows()
        self._styles = styles
        self._record = RecordCells(9, resource, styles)
        self._own_from = len(results_headings(resource))  # where the input's own columns begin
        self._own = TextCells(self._own_from, len(facts.headers), styles.text, styles.wrapped)

    @property
    def widest(self) -> int:
        """How many columns the sheet has."""
        return self._own_from + self._own.widest

    def add(self, row: RowRecord, to_fix: int, change: int) -> None:
        """One row. `to_fix` and `change` are its rows in those sheets, 0 where it has none."""
        at, seen = self.lines.next, row.after or row.before
        changes = words.changes(row.changes) if row.changes else ""
        cells = self._own.cells(at, row.cells)
        self._numbers(row, cells)
        outcome = self._outcome(row, changes, to_fix, change)
        tall = max(text_lines(row.message, MESSAGE_WIDTH), text_lines(changes, CHANGES_WIDTH), most_lines(row.cells))
        self.lines.add(outcome + self._record.cells(at, seen) + "".join(cells), tall)

    def _outcome(self, row: RowRecord, changes: str, to_fix: int, change: int) -> str:
        at, styles, lines = self.lines.next, self._styles, self.lines
        leading = styles.link if change and lines.link(f"A{at}", CHANGES, change) else styles.id
        linked = to_fix and lines.link(f"D{at}", TO_FIX, to_fix)
        status = (styles.status_link if linked else styles.status)[row.status]
        return (
            f'<c r="A{at}" s="{leading}"><v>{row.row}</v></c>'
            + number_cell(f"B{at}", styles.id, digits(row.record_id), styles.text)
            + text_cell(f"C{at}", styles.text, words.name(row))
            + f'<c r="D{at}" s="{status}" t="inlineStr"><is><t>{row.status.value}</t></is></c>'
            + text_cell(f"E{at}", styles.wrapped, row.message)
            + text_cell(f"F{at}", styles.wrapped, changes)
            + number_cell(f"G{at}", styles.whole, digits(row.http_status), styles.text)
            + f'<c r="H{at}" s="{styles.whole}"><v>{row.attempts}</v></c>'
            + text_cell(f"I{at}", styles.text, words.moment(row.sent_at))
        )

    def _numbers(self, row: RowRecord, cells: list[str]) -> None:
        """The input's numbers, in their formats, in place of their texts."""
        for column, cell_meta in row.cell_meta.items():
            number = stored_number(cell_meta, row.cells[column])
            style = self._styles.number(cell_meta.number_format) if number else 0
            if style and column < len(cells):
                place = f"{letters(self._own_from + column)}{self.lines.next}"
                cells[column] = f'<c r="{place}" s="{style}"><v>{number}</v></c>'


class RecordCells:
    """What the API says of the customer, from `Total revenue` to `Last modified at`."""

    def __init__(self, first: int, resource: Resource, styles: Styles) -> None:
        self._totals = [f.name for f in resource.totals]
        self._counts = [f.name for f in resource.counts]
        totals, counts = len(self._totals), len(self._counts)
        self._styles = [styles.money] * totals + [styles.center] + [styles.whole] * counts + [styles.text]
        self._text = styles.text
        self._places = [letters(first + place) for place in range(len(self._styles))]
        money, whole = r"-?[0-9]{1,12}(?:\.[0-9]{1,3})?", "[0-9]{1,9}"
        values = [money] * totals + ["[A-Za-z]{3}"] + [whole] * counts + ["[-+:.0-9TZ ]{1,40}"]
        self._usual = re.compile(",".join(values))
        self._template = "".join(map(self._cell, range(len(values))))

    def _cell(self, place: int) -> str:
        start = f'<c r="{self._places[place]}{{0}}" s="{self._styles[place]}"'
        if self._is_text(place):
            return f'{start} t="inlineStr"><is><t>{{{place + 1}}}</t></is></c>'
        return f"{start}><v>{{{place + 1}}}</v></c>"

    def _is_text(self, place: int) -> bool:
        return place in (len(self._totals), len(self._styles) - 1)

    def cells(self, at: int, seen: RecordSummary | None) -> str:
        """The cells of row `at`. What the API does not say is an empty cell, never 0."""
        if seen is None:
            return "".join([f'<c r="{place}{at}" s="{self._text}"/>' for place in self._places])
        values = [seen.totals.get(total, "") for total in self._totals]
        values.append(seen.currency or "")
        values += [digits(seen.counts.get(count)) for count in self._counts]
        values.append(seen.last_modified_at or "")
        if self._usual.fullmatch(",".join(values)):  # nearly all, and at once instead of cell by cell
            return self._template.format(at, *values)
        return "".join(self._one(place, at, value) for place, value in enumerate(values))

    def _one(self, place: int, at: int, value: str) -> str:
        where, style = f"{self._places[place]}{at}", self._styles[place]
        if self._is_text(place):
            return text_cell(where, style, value)
        return number_cell(where, style, value, self._text)
