"""Control totals: the amounts that the API adds up for the records of a run, by currency, before and after.

Sums are exact decimals. Currencies are never added to one another. A total that a record does not have is left out of
its sum: missing is not zero.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import MAX_PREC, Context, Decimal, InvalidOperation, localcontext
from itertools import chain
from operator import attrgetter

from sync.contract.load import resource_of_run
from sync.contract.resource import Resource
from sync.journal.reader import JournalReader
from sync.model import RecordSummary, RowRecord
from sync.status import Stage, State, Status

UNKNOWN = "unknown"  # the currency of a record that names none
# Where the journal has the rows that count: those that would be updated are still planned there.
_COUNTED_STATES: tuple[State, ...] = (
    *(status for status in Status if status.facts.counted and status.facts.stored),
    Stage.PLANNED,
)
COUNTED = {status for status in Status if status.facts.counted}

_EXACT = Context(prec=MAX_PREC)  # the default one rounds a sum to 28 digits
_CENT = Decimal("0.01")
_AT_ONCE = 500  # records whose totals are added together
_LARGEST = 100  # digits; 1e999999999 would fill the memory
_are_plain = re.compile("[-0-9. ]*").fullmatch


def amount(text: str) -> Decimal | None:
    """A total as a number; None where it is not an amount."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _LARGEST else None


def amount_text(total: Decimal) -> str:
    """An amount in plain digits: two decimals, or as many more as it has."""
    exponent = total.as_tuple().exponent
    few = isinstance(exponent, int) and exponent > -2
    return format(total.quantize(_CENT, context=_EXACT) if few else total, "f")


def readable_amount(text: str) -> str:
    """An amount as a person reads it, with commas between the thousands; another text as it is."""
    number = amount(text)
    return text if number is None else format(number, ",f")


@dataclass(slots=True)
class Sum:
    """An exact sum and how many records are in it."""

    total: Decimal = Decimal(0)
    rows: int = 0

    def add(self, texts: list[str]) -> None:
        """The amounts of some more records. What is not an amount does not count."""
        numbers = _numbers(texts)
        with localcontext(_EXACT):
            self.total = sum(numbers, self.total)
        self.rows += len(numbers)

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        return Sum(_EXACT.add(self.total, other.total), self.rows + other.rows)


def _numbers(texts: list[str]) -> list[Decimal]:
    """Those of the texts that are amounts, as numbers."""
    with suppress(InvalidOperation):  # one with a blank in it
        if _are_plain(" ".join(texts)) and max(map(len, texts), default=0) < _LARGEST:
            return list(map(Decimal, texts))
    return [number for number in map(amount, texts) if number is not None]


class Line:
    """One total in one currency, before and after."""

    def __init__(self) -> None:
        self.kept = Sum()  # of records whose totals did not change: most of them, so they are added once
        self.only_before = Sum()
        self.only_after = Sum()

    @property
    def before(self) -> Sum:
        """Over the records as they were."""
        return self.kept.plus(self.only_before)

    @property
    def after(self) -> Sum:
        """Over the records as they are now."""
        return self.kept.plus(self.only_after)

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where they are not sums over equally many records."""
        before, after = self.before, self.after
        return _EXACT.subtract(after.total, before.total) if before.rows == after.rows else None


@dataclass(frozen=True, slots=True)
class Move:
    """A total of one record that changed."""

    row: int
    record_id: int | None
    name: str
    currency: str
    total: str  # the field
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """After less before."""
        return _EXACT.subtract(self.after, self.before)


KEPT: Callable[[Line], Sum] = attrgetter("kept")
BEFORE: Callable[[Line], Sum] = attrgetter("only_before")
AFTER: Callable[[Line], Sum] = attrgetter("only_after")


class Ledger:
    """The control totals of the rows that were updated or unchanged, or would be updated.

    Records wait and are added some hundred at a time, which takes a third of the time of adding each.
    """

    def __init__(self, resource: Resource) -> None:
        self.fields = {total.name: total.label for total in resource.totals}
        self._lines: dict[str, dict[str, Line]] = {}
        self._waiting: list[tuple[str, Callable[[Line], Sum], Mapping[str, str]]] = []

    def add(self, status: Status, before: RecordSummary | None, after: RecordSummary | None) -> None:
        """One row. Where nothing was sent, `after` is None and the record still holds what it held before."""
        after = after or before
        if status not in COUNTED or after is None:
            return
        if (
            before is not None
            and after.totals == before.totals
            and _currency(after, before) == _currency(before, after)
        ):
            self._add(_currency(after, before), after, KEPT)
            return
        self._add(_currency(after, before), after, AFTER)
        if before is not None:
            self._add(_currency(before, after), before, BEFORE)

    def _add(self, currency: str, summary: RecordSummary, sum_of: Callable[[Line], Sum]) -> None:
        self._waiting.append((currency, sum_of, summary.totals))
        if len(self._waiting) >= _AT_ONCE:
            self._add_up()

    @property
    def lines(self) -> dict[str, dict[str, Line]]:
        """The sums so far, by currency and by the total's field."""
        self._add_up()
        return self._lines

    def _add_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        alike = defaultdict(list)
        for currency, sum_of, totals in waiting:
            alike[currency, sum_of].append(totals)
        for (currency, sum_of), records in alike.items():
            lines = self._lines.setdefault(currency, {})
            for name in dict.fromkeys(chain.from_iterable(records)):
                amounts = [totals[name] for totals in records if name in totals]
                sum_of(lines.setdefault(name, Line())).add(amounts)

    def currencies(self) -> list[str]:
        """In alphabetical order, with the unknown one last."""
        return sorted(self.lines, key=lambda currency: (currency == UNKNOWN, currency))

    def of(self, currency: str) -> Iterator[tuple[str, Line]]:
        """A currency's totals that some record has, in the resource's order."""
        lines = self.lines[currency]
        for name in self.fields:
            if name in lines and (lines[name].before.rows or lines[name].after.rows):
                yield name, lines[name]

    def after(self) -> dict[str, dict[str, str]]:
        """The totals after the run: by currency, then by field, as exact decimal text."""
        texts = {
            currency: {name: amount_text(line.after.total) for name, line in self.of(currency) if line.after.rows}
            for currency in self.currencies()
        }
        return {currency: totals for currency, totals in texts.items() if totals}

    def moves(self, row: RowRecord, name: str) -> Iterator[Move]:
        """The totals of a row that the API's answer gives differently from the record as it was read."""
        before, after = row.before, row.after
        if before is None or after is None or before.totals == after.totals:
            return
        for field in self.fields:
            was, now = amount(before.totals.get(field, "")), amount(after.totals.get(field, ""))
            if was is not None and now is not None and was != now:
                yield Move(row.row, row.record_id, name, _currency(after, before), field, was, now)


def _currency(summary: RecordSummary, other: RecordSummary | None) -> str:
    """A record's currency. An answer that does not repeat it has not changed it."""
    return summary.currency or (other.currency if other else None) or UNKNOWN


def ledger_of(history: JournalReader, run: str) -> Ledger:
    """The control totals of a run, before and after."""
    ledger = Ledger(resource_of_run(history.facts(run)))
    for status, before, after in history.summaries(run, *_COUNTED_STATES):
        ledger.add(status, before, after)
    return ledger


def totals_by_currency(history: JournalReader, run: str) -> dict[str, dict[str, str]]:
    """The totals after a run, over its rows that were updated or unchanged, or would be updated.

    By currency ("unknown" where a record has none), then by total field, each an exact decimal text. A total field that
    no record has is left out, and so is a currency without any.
    """
    return ledger_of(history, run).after()
