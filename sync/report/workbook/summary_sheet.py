"""The sheet Summary: what happened, for somebody who has one minute."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from openpyxl.worksheet.worksheet import Worksheet

from sync.contract.resource import Resource
from sync.model import RowRecord, RunRecord, SheetWarning
from sync.report.totals import Ledger, Line, Move, amount_text
from sync.report.warnings import kind_in_words, remarks_of
from sync.report.workbook import looks, messages
from sync.report.workbook.chart import rows_by_status
from sync.status import Status
from sync.text import moment, sentence
from sync.xlsx.writing import styles
from sync.xlsx.writing.cells import is_number
from sync.xlsx.writing.shell import Frame, cell_at, print_setup, put
from sync.xlsx.writing.styles import Style

SUMMARY = "Summary"
MOVES, CURRENCIES = 50, 40  # moved totals, and currencies, that are listed

_WIDTHS = (26, 13, 9, 11, 26, 19, 19, 19)
_LAST = len(_WIDTHS)
_LABEL = Style(color=styles.QUIET, wrap=True)
_PLAIN = Style(wrap=True)
_HEADER = Style(styles.DARK, styles.WHITE, bold=True, vertical="center")
_HEADER_RIGHT = Style(styles.DARK, styles.WHITE, bold=True, vertical="center", horizontal="right")
_NUMBERS = ("Rows", "First row", "Share", "Before", "After", "Difference")
_SECTION = Style(color=styles.DARK, bold=True, size=13, edge=False)
_ID = Style(number_format=styles.WHOLE, horizontal="left")
_COUNT = Style(number_format="#,##0", horizontal="right")
_SHARE = Style(number_format="0.0%", color=styles.QUIET, horizontal="right")
_AMOUNT = Style(number_format=styles.MONEY, horizontal="right")
_MOVED = replace(looks.STATUS[Status.FAILED], number_format=styles.MONEY, horizontal="right")
_ALERT = replace(looks.STATUS[Status.INVALID], bold=True, size=11, wrap=True, vertical="center", edge=False)
_WARNING = Style(*styles.REMARK, wrap=True)


class Tally:
    """What Summary says about the rows, counted as they are drawn."""

    def __init__(self, ledger: Ledger, name: Callable[[RowRecord], str]) -> None:
        self.counts = dict.fromkeys(Status, 0)
        self.ledger = ledger
        self._name = name
        self.moves: list[Move] = []
        self.moved = 0  # those that are not listed included

    def add(self, row: RowRecord) -> None:
        """One row."""
        self.counts[row.status] += 1
        self.ledger.add(row.status, row.before, row.after)
        for move in self.ledger.moves(row, self._name(row)) if row.after else ():
            self.moved += 1
            if len(self.moves) < MOVES:
                self.moves.append(move)


class Summary:
    """Fills the sheet from top to bottom."""

    def __init__(
        self, frame: Frame, record: RunRecord, resource: Resource, tally: Tally, remarks: Iterable[str]
    ) -> None:
        self._frame = frame
        self._sheet: Worksheet = frame.sheet(SUMMARY)
        self._record = record
        self._resource = resource
        self._tally = tally
        self._remarks = list(remarks)
        self._at = 1

    def write(self) -> None:
        """Fill it."""
        for letter, width in zip("ABCDEFGH", _WIDTHS, strict=True):
            self._sheet.column_dimensions[letter].width = width
        self._title()
        self._warnings()
        self._statuses()
        self._totals()
        self._moves()
        self._requests()
        self._about()
        self._sheet.sheet_view.showGridLines = False
        self._sheet.sheet_properties.tabColor = styles.DARK
        print_setup(self._sheet)

    def _title(self) -> None:
        facts = self._record.facts
        self._line(f"Results of run {facts.id}", Style(color=styles.DARK, bold=True, size=18, edge=False), 28)
        where = facts.base_url or "no network"
        by = f" by {facts.by}" if facts.by else ""
        when = f"{messages.kind_of_run(self._record)}{by} · {moment(facts.started_at)} · {where}"
        self._line(when, Style(color=styles.QUIET, edge=False), 16)
        for label, text in (("Reason", facts.reason), ("Approved by", ", ".join(facts.approved_by))):
            if text:
                self._line(
                    f"{label}: {text}", Style(color=styles.QUIET, edge=False, wrap=True), 14 * _height(text, 110)
                )
        headline = messages.headline(self._record, self._tally.counts)
        self._line(headline, Style(bold=True, size=12, wrap=True, vertical="center", edge=False), 24)
        stopped = messages.ending(self._record)
        if stopped:
            self._line(stopped, _ALERT, 18 * _height(stopped, 120))

    def _warnings(self) -> None:
        """What a person should look at first."""
        facts = self._record.facts
        warnings = (*facts.warnings, *remarks_of(facts))
        if not warnings and not self._remarks:
            return
        self._section("Look at this first")
        self._header({1: "Warning", 2: "Rows", 3: "First row", 4: "What it means"})
        for warning in warnings:
            self._warning(warning)
        for remark in self._remarks:
            self._warning(SheetWarning("this_workbook", remark))

    def _warning(self, warning: SheetWarning) -> None:
        self._put(1, sentence(kind_in_words(warning)), replace(_WARNING, bold=True))
        for column, number in ((2, warning.rows), (3, warning.first_row)):
            look = replace(_WARNING, number_format="#,##0", horizontal="right")
            self._number(column, Decimal(number) if number else None, look)
        self._wide(4, _LAST, sentence(warning.message), replace(_WARNING, horizontal="left", indent=1))
        self._next(14 * _height(warning.message, 90))

    def _statuses(self) -> None:
        self._section("Rows by status")
        self._header({1: "Status", 2: "Rows", 3: "Share", 4: "What it means"}, last=5)
        first, rows = self._at, sum(self._tally.counts.values())
        for status, count in self._tally.counts.items():
            self._put(1, status, replace(looks.STATUS[status], bold=True, vertical="center", indent=1))
            self._number(2, Decimal(count), replace(_COUNT, vertical="center"))
            self._number(3, round(Decimal(count) / max(rows, 1), 4), replace(_SHARE, vertical="center"))
            self._wide(
                4,
                5,
                messages.means(status, self._record.facts),
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
            "Over the rows that are updated, unchanged or would be updated. Currencies are never added together.",
            _LABEL,
        )
        self._header({1: "Currency", 2: "Rows", 5: "Total", 6: "Before", 7: "After", 8: "Difference"})
        for place, currency in enumerate(currencies[:CURRENCIES]):
            for name, line in ledger.of(currency):
                self._total(currency, ledger.fields[name], line, styles.PALE * (place % 2))
        self._more(len(currencies) - CURRENCIES, "currencies")

    def _total(self, currency: str, label: str, line: Line, fill: str) -> None:
        plain, amount = replace(_PLAIN, fill=fill), replace(_AMOUNT, fill=fill)
        before, after = line.before, line.after
        self._put(1, currency, replace(plain, bold=True))
        self._number(2, Decimal(after.rows), replace(_COUNT, fill=fill))
        self._wide(
            3, 4, "" if before.rows == after.rows else f"before: {before.rows:,}", replace(plain, color=styles.QUIET)
        )
        self._put(5, label, plain)
        self._number(6, before.total if before.rows else None, amount)
        self._number(7, after.total if after.rows else None, amount)
        self._number(8, line.difference, _MOVED if line.difference else replace(amount, color=styles.QUIET))
        self._next()

    def _moves(self) -> None:
        self._section("Totals that changed, although only master data was edited")
        if not self._tally.moves:
            self._line("No total changed.", _PLAIN)
            return
        record = (self._resource.noun.one.capitalize(), self._resource.id_header)
        heads = (*record, "Row", "Currency", "Total", "Before", "After", "Difference")
        self._header(dict(enumerate(heads, 1)))
        for move in self._tally.moves:
            self._move(move)
        self._more(self._tally.moved - MOVES, "totals")

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
        facts, record = self._record.facts, self._record
        self._section("About this run")
        for label, text in (
            ("Run", facts.id),
            ("Mode", messages.kind_of_run(record)),
            ("Previewed by", facts.previewed_by),
            ("By", facts.by),
            ("Reason", facts.reason),
            ("Approved by", ", ".join(facts.approved_by)),
            ("SHA-256 of the plan", facts.plan_sha256),
            ("Continues or follows", facts.parent),
            ("Started", moment(facts.started_at)),
            ("Ended", moment(record.ended_at)),
            ("State", record.state),
            ("Stopped because", record.stopped_because),
            ("File", facts.file),
            ("SHA-256 of the file", facts.file_sha256),
            ("Corrected copy of", facts.original_sha256 and f"the file with the SHA-256 {facts.original_sha256}"),
            ("Corrections", facts.corrections),
            ("Sheet", facts.sheet),
            ("Hidden rows", f"{facts.hidden_rows:,} (read all the same)" if facts.hidden_rows else "none"),
            ("Mapping", facts.mapping),
            ("SHA-256 of the mapping", facts.mapping_sha256),
            ("Base URL", facts.base_url),
            ("Version", f"campfire-sync {facts.version}"),
        ):
            self._fact(label, text)

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

    def _fact(self, label: str, text: str) -> None:
        if text:
            self._put(1, label, _LABEL)
            self._wide(2, _LAST, text, _PLAIN)
            self._next(14 * _height(text, 110))

    def _more(self, count: int, of: str) -> None:
        if count > 0:
            self._line(f"… and {count:,} more {of}".rstrip() + ".", Style(italic=True))

    def _line(self, text: str, look: Style, height: float = 15) -> None:
        self._wide(1, _LAST, text, look)
        self._next(height)

    def _wide(self, first: int, last: int, text: str, look: Style) -> None:
        for column in range(first, last + 1):
            self._put(column, text if column == first else "", look)
        self._sheet.merge_cells(start_row=self._at, end_row=self._at, start_column=first, end_column=last)

    def _put(self, column: int, text: str, look: Style) -> None:
        cell = cell_at(self._sheet, self._at, column)
        put(cell, text)
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
            put(cell, amount_text(number))

    def _next(self, height: float = 15) -> None:
        self._sheet.row_dimensions[self._at].height = height
        self._at += 1


def _height(text: str, width: int) -> int:
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))
