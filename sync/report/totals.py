"""Control totals: what the API has added up for the customers of a run, by currency, before and after.

Sums are exact decimals. Currencies are never added to one another. A total that a record does not have is left out of
its sum: missing is not zero.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import MAX_PREC, Context, Decimal, InvalidOperation

from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.journal.reader import JournalReader
from sync.model import RecordSummary, RowRecord
from sync.status import Stage, Status

UNKNOWN = "unknown"  # the currency of a record that names none
COUNTED = {status for status in Status if status.facts.counted}

_EXACT = Context(prec=MAX_PREC)  # the default one rounds a sum to 28 digits
_CENT = Decimal("0.01")


def amount(text: str) -> Decimal | None:
    """A total as a number; none where it is no amount."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 100 else None


def amount_text(total: Decimal) -> str:
    """An amount in plain digits: two decimals, or as many more as it has."""
    exponent = total.as_tuple().exponent
    few = isinstance(exponent, int) and exponent > -2
    return format(total.quantize(_CENT, context=_EXACT) if few else total, "f")


@dataclass(slots=True)
class Line:
    """One total in one currency, and how many records have it."""

    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    rows_before: int = 0
    rows_after: int = 0

    def add_before(self, total: Decimal) -> None:
        """One record as it was."""
        self.before = _EXACT.add(self.before, total)
        self.rows_before += 1

    def add_after(self, total: Decimal) -> None:
        """One record as it is now."""
        self.after = _EXACT.add(self.after, total)
        self.rows_after += 1

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where they are not sums over equally many records."""
        return _EXACT.subtract(self.after, self.before) if self.rows_before == self.rows_after else None


@dataclass(frozen=True, slots=True)
class Move:
    """A total of one record that is not what it was."""

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


class Ledger:
    """The control totals of the rows that were updated or unchanged, or would be updated."""

    def __init__(self, resource: Resource) -> None:
        self.fields = {total.name: total.label for total in resource.totals}
        self.lines: dict[str, dict[str, Line]] = {}

    def add(self, row: RowRecord) -> None:
        """One row. Where nothing was sent, what it holds after is what it held before."""
        before, after = row.before, row.after or row.before
        if row.status not in COUNTED or after is None:
            return
        held = {name: amount(text) for name, text in after.totals.items()}
        self._add(_currency(after, before), held, Line.add_after)
        if before is not None:
            if before.totals != after.totals:
                held = {name: amount(text) for name, text in before.totals.items()}
            self._add(_currency(before, after), held, Line.add_before)

    def _add(self, currency: str, held: dict[str, Decimal | None], add: Callable[[Line, Decimal], None]) -> None:
        lines = self.lines.setdefault(currency, {})
        for name, total in held.items():
            if total is not None:
                if name not in lines:
                    lines[name] = Line()
                add(lines[name], total)

    def currencies(self) -> list[str]:
        """In alphabetical order, those that are not known last."""
        return sorted(self.lines, key=lambda currency: (currency == UNKNOWN, currency))

    def of(self, currency: str) -> Iterator[tuple[str, Line]]:
        """A currency's totals, in the contract's order; those that some record has."""
        lines = self.lines[currency]
        for name in self.fields:
            if name in lines and (lines[name].rows_before or lines[name].rows_after):
                yield name, lines[name]

    def moves(self, row: RowRecord) -> Iterator[Move]:
        """The totals that the API's answer gives otherwise than the record that was read before."""
        before, after = row.before, row.after
        if before is None or after is None or before.totals == after.totals:
            return
        for name in self.fields:
            was, now = amount(before.totals.get(name, "")), amount(after.totals.get(name, ""))
            if was is not None and now is not None and was != now:
                who = after.name or before.name or ""
                yield Move(row.row, row.record_id, who, _currency(after, before), name, was, now)


def _currency(seen: RecordSummary, else_of: RecordSummary | None) -> str:
    """A record's currency. An answer that does not repeat it has not changed it."""
    return seen.currency or (else_of.currency if else_of else None) or UNKNOWN


def totals_by_currency(history: JournalReader, run: str) -> dict[str, dict[str, str]]:
    """The totals after a run, over its rows that were updated or unchanged, or would be updated.

    By currency ("unknown" where a record has none), then by total field, each an exact decimal text. A total field that
    no record has is left out, and so is a currency without any.
    """
    ledger = Ledger(load_resource(history.facts(run).resource))
    for row in history.rows(run, Status.UPDATED, Status.UNCHANGED, Stage.PLANNED):
        ledger.add(row)
    found = {
        currency: {name: amount_text(line.after) for name, line in ledger.of(currency) if line.rows_after}
        for currency in ledger.currencies()
    }
    return {currency: totals for currency, totals in found.items() if totals}
