"""The sheet Summary: what happened, for somebody who has one minute."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from sync.contract.resource import Resource
from sync.model import RowRecord, RunRecord
from sync.report.totals import Ledger, Line, Move, shown
from sync.report.workbook import messages as words
from sync.report.workbook.chart import rows_by_status
from sync.status import Status
from sync.xlsx.writing import styles as looks
from sync.xlsx.writing.cells import is_number
from sync.xlsx.writing.shell import Frame, cell_at, print_setup, put
from sync.xlsx.writing.styles import Style

SUMMARY = "Summary"
MOVES = 50  # rows of moved totals that are listed
CURRENCIES = 40

_WIDTHS = (26, 13, 9, 11, 26, 19, 19, 19)
_LAST = len(_WIDTHS)
_LABEL = Style(color=looks.QUIET, wrap=True)
_PLAIN = Style(wrap=True)
_HEADER = Style(looks.DARK, looks.WHITE, bold=True, vertical="center")
_HEADER_RIGHT = Style(looks.DARK, looks.WHITE, bold=True, vertical="center", horizontal="right")
_NUMBERS = ("Rows", "Share", "Before", "After", "Difference")
_SECTION = Style(color=looks.DARK, bold=True, size=13, edge=False)
_ID = Style(number_format=looks.WHOLE, horizontal="left")
_COUNT = Style(number_format="#,##0", horizontal="right")
_SHARE = Style(number_format="0.0%", color=looks.QUIET, horizontal="right")
_AMOUNT = Style(number_format=looks.MONEY, horizontal="right")
_MOVED = Style(*looks.STATUS[Status.FAILED], number_format=looks.MONEY, horizontal="right")


class Tally:
    """What Summary says of the rows, counted while they go by."""

    def __init__(self, resource: Resource) -> None:
        self.counts = dict.fromkeys(Status, 0)
        self.ledger = Ledger(resource)
        self.moves: list[Move] = []
        self.moved = 0  # all of them

    def add(self, row: RowRecord) -> None:
        """One row."""
        self.counts[row.status] += 1
        self.ledger.add(row)
        for move in self.ledger.moves(row):
            self.moved += 1
            if len(self.moves) < MOVES:
                self.moves.append(move)


class Summary:
    """The sheet, filled from top to bottom."""

    def __init__(self, frame: Frame, record: RunRecord, tally: Tally, remarks: Iterable[str]) -> None:
        self._frame = frame
        self._sheet: Worksheet = frame.sheet(SUMMARY)
        self._record = record
        self._tally = tally
        self._remarks = list(remarks)
        self._at = 1

    def write(self) -> None:
        """All of it."""
        for place, width in enumerate(_WIDTHS):
            self._sheet.column_dimensions["ABCDEFGH"[place]].width = width
        self._title()
        self._statuses()
        self._totals()
        self._moves()
        self._requests()
        self._about()
        self._sheet.sheet_view.showGridLines = False
        self._sheet.sheet_properties.tabColor = looks.DARK
        print_setup(self._sheet)

    def _title(self) -> None:
        facts = self._record.facts
        self._line(f"Results of run {facts.id}", Style(color=looks.DARK, bold=True, size=18, edge=False), 28)
        what = (
            f"{words.kind_of_run(self._record)} · {words.moment(facts.started_at)} · {facts.base_url or 'no network'}"
        )
        self._line(what, Style(color=looks.QUIET, edge=False), 16)
        said = words.headline(self._record, self._tally.counts)
        self._line(said, Style(bold=True, size=12, wrap=True, vertical="center", edge=False), 24)
        stopped = words.ending(self._record)
        if stopped:
            look = Style(*looks.STATUS[Status.INVALID], bold=True, size=11, wrap=True, vertical="center", edge=False)
            self._line(stopped, look, 18 * _height(stopped, 120))

    def _statuses(self) -> None:
        self._section("Rows by status")
        self._header({1: "Status", 2: "Rows", 3: "Share", 4: "What it means"}, last=5)
        first, rows = self._at, sum(self._tally.counts.values())
        for status, count in self._tally.counts.items():
            self._put(1, status, Style(*looks.STATUS[status], bold=True, vertical="center", indent=1))
            self._number(2, Decimal(count), replace(_COUNT, vertical="center"))
            self._number(3, round(Decimal(count) / max(rows, 1), 4), replace(_SHARE, vertical="center"))
            self._wide(
                4,
                5,
                words.means(status, self._record.facts),
                replace(_PLAIN, vertical="center", size=9, indent=1, horizontal="left"),
            )
            self._next(28)
        self._put(1, "Rows read", Style(bold=True))
        self._number(2, Decimal(rows), Style(number_format="#,##0", horizontal="right", bold=True))
        self._next(16)
        self._sheet.add_chart(rows_by_status(self._sheet, first, list(self._tally.counts), columns=(6, _LAST)))

    def _totals(self) -> None:
        self._section("Control totals by currency, before and after")
        ledger = self._tally.ledger
        currencies = ledger.currencies()
        if not currencies:
            self._line("No record has been read, so there are no totals.", _PLAIN)
            return
        self._line(
            "Over the rows that are updated, unchanged or would be updated. Currencies are never added up.", _LABEL
        )
        self._header({1: "Currency", 2: "Rows", 5: "Total", 6: "Before", 7: "After", 8: "Difference"})
        for place, currency in enumerate(currencies[:CURRENCIES]):
            for name, line in ledger.of(currency):
                self._total(currency, ledger.fields[name], line, looks.PALE * (place % 2))
        self._more(len(currencies) - CURRENCIES, "currencies")

    def _total(self, currency: str, label: str, line: Line, fill: str) -> None:
        plain, sum_ = replace(_PLAIN, fill=fill), replace(_AMOUNT, fill=fill)
        self._put(1, currency, replace(plain, bold=True))
        self._number(2, Decimal(line.rows_after), replace(_COUNT, fill=fill))
        known = "" if line.rows_before == line.rows_after else f"before: {line.rows_before:,}"
        self._wide(3, 4, known, replace(plain, color=looks.QUIET))
        self._put(5, label, plain)
        self._number(6, line.before if line.rows_before else None, sum_)
        self._number(7, line.after if line.rows_after else None, sum_)
        self._number(8, line.difference, _MOVED if line.difference else replace(sum_, color=looks.QUIET))
        self._next()

    def _moves(self) -> None:
        self._section("Totals that moved, although only master data was edited")
        if not self._tally.moves:
            self._line("None.", _PLAIN)
            return
        heads = ("Customer", "Customer ID", "Row", "Currency", "Total", "Before", "After", "Difference")
        self._header(dict(enumerate(heads, 1)))
        for move in self._tally.moves:
            self._move(move)
        self._more(self._tally.moved - MOVES, "")

    def _move(self, move: Move) -> None:
        self._put(1, move.name, _PLAIN)
        self._number(2, None if move.record_id is None else Decimal(move.record_id), _ID)
        self._number(3, Decimal(move.row), _ID)
        self._put(4, move.currency, _PLAIN)
        self._put(5, self._tally.ledger.fields[move.total], _PLAIN)
        for column, held in ((6, move.before), (7, move.after)):
            self._number(column, held, _AMOUNT)
        self._number(8, move.difference, _MOVED)
        self._next()

    def _requests(self) -> None:
        asked = self._record.requests
        self._section("Requests")
        self._fact("GET", f"{asked.get:,}")
        self._fact("PUT", f"{asked.put:,} (every attempt)")
        self._fact("Retries", f"{asked.retries:,} (attempts after a request's first)")
        self._fact("Throttled", f"{asked.throttled:,} (the API asked for a pause: 429)")
        self._fact("Paused", f"{asked.paused:,.1f} seconds")

    def _about(self) -> None:
        facts = self._record.facts
        self._section("About this run")
        self._fact("Run", facts.id)
        self._fact("Mode", words.kind_of_run(self._record))
        self._fact("Belongs to", facts.parent)
        self._fact("Started", words.moment(facts.started_at))
        self._fact("RunResult", words.moment(self._record.ended_at))
        self._fact("State", self._record.state)
        self._fact("Stopped because", self._record.stopped_because)
        self._fact("File", facts.file)
        self._fact("SHA-256 of the file", facts.file_sha256)
        self._fact("Sheet", facts.sheet)
        self._fact("Hidden rows", f"{facts.hidden_rows:,} (read all the same)" if facts.hidden_rows else "none")
        self._fact("Mapping", facts.mapping)
        self._fact("SHA-256 of the mapping", facts.mapping_sha256)
        self._fact("Base URL", facts.base_url)
        self._fact("Version", f"campfire-sync {facts.version}")
        for warning in [*facts.warnings, *self._remarks]:
            self._fact("Warning", warning)

    # --- one line of the sheet ---

    def _section(self, title: str) -> None:
        self._next(10)
        self._line(title, _SECTION, 22)

    def _header(self, titles: Mapping[int, str], last: int = _LAST) -> None:
        """A table's header: the title of each column that has one."""
        for column in range(1, last + 1):
            title = titles.get(column, "")
            self._put(
                column,
                title,
                _HEADER_RIGHT if title in _NUMBERS else replace(_HEADER, indent=int(column == 4), horizontal="left"),
            )
        self._next(18)

    def _fact(self, label: str, said: str) -> None:
        if said:
            self._put(1, label, _LABEL)
            self._wide(2, _LAST, said, _PLAIN)
            self._next(14 * _height(said, 110))

    def _more(self, count: int, of: str) -> None:
        if count > 0:
            self._line(f"… and {count:,} more {of}".rstrip() + ".", Style(italic=True))

    def _line(self, said: str, look: Style, height: float = 15) -> None:
        self._wide(1, _LAST, said, look)
        self._next(height)

    def _wide(self, first: int, last: int, said: str, look: Style) -> None:
        for column in range(first, last + 1):
            self._put(column, said if column == first else "", look)
        self._sheet.merge_cells(start_row=self._at, end_row=self._at, start_column=first, end_column=last)

    def _put(self, column: int, said: str, look: Style) -> None:
        cell = cell_at(self._sheet, self._at, column)
        put(cell, said)
        self._frame.dress(cell, look)

    def _number(self, column: int, number: Decimal | None, look: Style) -> None:
        """A number; a text where Excel would round it."""
        cell = cell_at(self._sheet, self._at, column)
        self._frame.dress(cell, look)
        if number is None:
            return
        if is_number(format(number, "f")):
            cell.value = number
        else:
            put(cell, shown(number))

    def _next(self, height: float = 15) -> None:
        self._sheet.row_dimensions[self._at].height = height
        self._at += 1


def _height(text: str, width: int) -> int:
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))
