"""The sheet Summary: what happened, for somebody who has one minute."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from sync.contract.resource import Resource
from sync.model import Mode, RowRecord, RunRecord, SheetWarning
from sync.problems import remarks_of
from sync.report.totals import Ledger, Line, Move
from sync.report.workbook import looks, messages
from sync.report.workbook.chart import rows_by_status
from sync.report.workbook.results_sheet import SUMMARY
from sync.report.workbook.summary_lines import LAST, Lines, lines_of
from sync.status import Status
from sync.text import counted, moment, sentence
from sync.xlsx.writing import styles
from sync.xlsx.writing.shell import Frame
from sync.xlsx.writing.styles import Style

MOVES, CURRENCIES = 50, 40  # moved totals, and currencies, that are listed
_ON_A_PAGE = 28  # lines of a table between two of its headers

_SMALL_PRINT = replace(looks.LABEL, edge=False)
_MEANING = replace(looks.WRAPPED, vertical="center", size=9, indent=1, horizontal="left")
_STATUS = {status: replace(look, bold=True, vertical="center", indent=1) for status, look in looks.STATUS.items()}
_COUNT = Style(number_format="#,##0", horizontal="right")
_COUNT_OF_STATUS = replace(_COUNT, vertical="center")
_PARENT = {Mode.APPLY: "Applies the preview", Mode.UNDO: "Puts back"}
_SHARE = Style(number_format="0.0%", color=styles.QUIET, horizontal="right", vertical="center")
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
        self._lines = Lines(frame, SUMMARY)
        self._record = record
        self._resource = resource
        self._tally = tally
        self._remarks = list(remarks)

    def write(self) -> None:
        """Fill it."""
        self._title()
        self._warnings()
        self._statuses()
        self._totals()
        self._moves()
        self._requests()
        self._about()
        self._lines.finish()

    def _title(self) -> None:
        facts = self._record.facts
        self._lines.line(messages.title(facts), Style(color=styles.DARK, bold=True, size=18, edge=False), 28)
        where = facts.base_url or "no network"
        by = f" by {facts.by}" if facts.by else ""
        when = f"{messages.kind_of_run(self._record)}{by} · {moment(facts.started_at)} · {where}"
        self._lines.line(when, _SMALL_PRINT, 16)
        for label, text in (("Reason", facts.reason), ("Approved by", ", ".join(facts.approved_by))):
            if text:
                self._lines.line(f"{label}: {text}", _SMALL_PRINT, 14 * lines_of(text, 110))
        headline = messages.headline(self._record, self._tally.counts)
        self._lines.line(headline, Style(bold=True, size=12, wrap=True, vertical="center", edge=False), 24)
        stopped = messages.ending(self._record)
        if stopped:
            self._lines.line(stopped, _ALERT, 18 * lines_of(stopped, 120))

    def _warnings(self) -> None:
        """What a person should look at first."""
        facts = self._record.facts
        warnings = (*facts.warnings, *remarks_of(facts))
        if not warnings and not self._remarks:
            return
        self._lines.section("Look at this first")
        self._lines.header({1: "Warning", 2: "Rows", 3: "First row", 4: "What it means"})
        for warning in warnings:
            self._warning(warning)
        for remark in self._remarks:
            self._warning(SheetWarning("this_workbook", remark))

    def _warning(self, warning: SheetWarning) -> None:
        self._lines.put(1, sentence(warning.kind_in_words), replace(_WARNING, bold=True))
        for column, number in ((2, warning.rows), (3, warning.first_row)):
            look = replace(_WARNING, number_format="#,##0", horizontal="right")
            self._lines.number(column, Decimal(number) if number else None, look)
        self._lines.wide(4, LAST, sentence(warning.message), replace(_WARNING, horizontal="left", indent=1))
        self._lines.next(14 * lines_of(warning.message, 105))

    def _statuses(self) -> None:
        self._lines.section("Rows by status")
        self._lines.header({1: "Status", 2: "Rows", 3: "Share", 4: "What it means"}, last=5)
        first, rows = self._lines.at, sum(self._tally.counts.values())
        for status, count in self._tally.counts.items():
            self._lines.put(1, status, _STATUS[status])
            self._lines.number(2, Decimal(count), _COUNT_OF_STATUS)
            self._lines.number(3, round(Decimal(count) / max(rows, 1), 4), _SHARE)
            self._lines.wide(4, 5, messages.means(status, self._record.facts), _MEANING)
            self._lines.next(25)
        self._lines.put(1, "Rows read", Style(bold=True))
        self._lines.number(2, Decimal(rows), Style(number_format="#,##0", horizontal="right", bold=True))
        self._lines.next(16)
        sheet = self._lines.sheet
        sheet.add_chart(rows_by_status(sheet, first, list(self._tally.counts), columns=(6, LAST)))

    def _totals(self) -> None:
        self._lines.section("Control totals by currency, before and after")
        ledger = self._tally.ledger
        currencies = ledger.currencies()
        if not currencies:
            self._lines.line("No record has been read, so there are no totals.", looks.WRAPPED)
            return
        self._lines.line(
            "Over the rows that are updated, unchanged or would be updated. Currencies are never added together.",
            looks.LABEL,
        )
        heads = {1: "Currency", 2: "Rows", 5: "Total", 6: "Before", 7: "After", 8: "Difference"}
        together = max(_ON_A_PAGE // len(ledger.fields), 1)
        for place, currency in enumerate(currencies[:CURRENCIES]):
            if place % together == 0:
                self._lines.header(heads, goes_on=place > 0)
            for name, line in ledger.of(currency):
                self._total(currency, ledger.fields[name], line, styles.PALE * (place % 2))
        self._lines.more(len(currencies) - CURRENCIES, "currencies")

    def _total(self, currency: str, label: str, line: Line, fill: str) -> None:
        plain, amount = replace(looks.WRAPPED, fill=fill), replace(_AMOUNT, fill=fill)
        before, after = line.before, line.after
        self._lines.put(1, currency, replace(plain, bold=True))
        self._lines.number(2, Decimal(after.rows), replace(_COUNT, fill=fill))
        self._lines.wide(
            3, 4, "" if before.rows == after.rows else f"before: {before.rows:,}", replace(plain, color=styles.QUIET)
        )
        self._lines.put(5, label, plain)
        self._lines.number(6, before.total if before.rows else None, amount)
        self._lines.number(7, after.total if after.rows else None, amount)
        self._lines.number(8, line.difference, _MOVED if line.difference else replace(amount, color=styles.QUIET))
        self._lines.next()

    def _moves(self) -> None:
        """The totals that are not the same after as before."""
        if self._record.facts.dry_run:
            return
        self._lines.section("Totals that changed during the run")
        if not self._tally.moves:
            self._lines.line(f"None: each {self._resource.noun.one} has the same totals as before.", looks.WRAPPED)
            return
        self._lines.line(
            "A run edits no totals. Somebody else, or Campfire itself, changed these meanwhile.", looks.LABEL
        )
        record = (self._resource.noun.one.capitalize(), self._resource.id_header)
        heads = (*record, "Row", "Currency", "Total", "Before", "After", "Difference")
        for place, move in enumerate(self._tally.moves):
            if place % _ON_A_PAGE == 0:
                self._lines.header(dict(enumerate(heads, 1)), goes_on=place > 0)
            self._move(move)
        self._lines.more(self._tally.moved - MOVES, "totals")

    def _move(self, move: Move) -> None:
        self._lines.put(1, move.name, looks.WRAPPED)
        self._lines.number(2, None if move.record_id is None else Decimal(move.record_id), looks.ID)
        self._lines.number(3, Decimal(move.row), looks.ID)
        self._lines.put(4, move.currency, looks.WRAPPED)
        self._lines.put(5, self._tally.ledger.fields[move.total], looks.WRAPPED)
        for column, held in ((6, move.before), (7, move.after)):
            self._lines.number(column, held, _AMOUNT)
        self._lines.number(8, move.difference, _MOVED)
        self._lines.next()

    def _requests(self) -> None:
        asked = self._record.requests
        self._lines.section("Requests")
        self._lines.fact("To read (GET)", f"{asked.get:,}")
        self._lines.fact("To change (PUT)", f"{asked.put:,}, every attempt counted")
        self._lines.fact(
            "Retries", f"{asked.retries:,} further attempts of the same requests" if asked.retries else "none"
        )
        self._lines.fact("Told to wait (429)", counted(asked.throttled, "times") if asked.throttled else "never")
        self._lines.fact("Waited", f"{asked.paused:,.1f} seconds, because the API asked for it" if asked.paused else "")

    def _about(self) -> None:
        facts, record = self._record.facts, self._record
        self._lines.section("About this run")
        for label, text in (
            ("Run", facts.id),
            ("Mode", messages.kind_of_run(record)),
            ("Previewed by", facts.previewed_by),
            ("By", facts.by),
            ("Reason", facts.reason),
            ("Approved by", ", ".join(facts.approved_by)),
            ("SHA-256 of the plan", facts.plan_sha256),
            (_PARENT.get(facts.mode, "Follows"), facts.undone if facts.mode is Mode.UNDO else facts.parent),
            ("Started", moment(facts.started_at)),
            ("Ended", moment(record.ended_at)),
            ("State", record.state),
            ("Stopped because", record.stopped_because),
            ("File", facts.file),
            ("SHA-256 of the file", facts.file_sha256),
            ("Corrected copy of", facts.original_sha256 and f"the file with the SHA-256 {facts.original_sha256}"),
            ("Corrections", facts.corrections),
            ("Sheet", facts.sheet),
            ("Hidden rows", f"{facts.hidden_rows:,}, read all the same" if facts.hidden_rows else ""),
            ("Mapping", facts.mapping),
            ("SHA-256 of the mapping", facts.mapping_sha256),
            ("Base URL", facts.base_url),
            ("Version", f"campfire-sync {facts.version}"),
        ):
            self._lines.fact(label, text)
