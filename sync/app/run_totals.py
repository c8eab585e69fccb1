"""The control totals as a run's page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sync.report.totals import Ledger, Line, amount_text, readable_amount
from sync.text import counted


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One total in one currency; each amount is a text, empty where it is not known."""

    currency: str
    label: str
    before: str
    after: str
    difference: str
    moved: bool


@dataclass(frozen=True, slots=True)
class TotalsTable:
    """All of them, and what they say in a sentence."""

    lines: tuple[TotalLine, ...] = ()
    compares: bool = False  # whether there is an after beside the before

    @property
    def moved(self) -> int:
        """How many totals are not what they were."""
        return sum(line.moved for line in self.lines)

    @property
    def sentence(self) -> str:
        """What somebody who closes a month wants to know of them."""
        over = "They are added up over the rows that are updated, unchanged or would be updated, by currency."
        if not self.compares:
            return over
        if not self.moved:
            return f"No total changed during the run. {over}"
        return (
            f"{counted(self.moved, 'totals')} changed during the run. A run edits no totals: somebody else, or "
            f"Campfire itself, changed these meanwhile. The Summary in the results workbook names each record. {over}"
        )


def totals_table(ledger: Ledger, compares: bool) -> TotalsTable:
    """The table of a ledger.

    Args:
        ledger: the sums.
        compares: something was sent, so that before and after may differ.
    """
    return TotalsTable(tuple(_lines(ledger)), compares)


def _lines(ledger: Ledger) -> Iterator[TotalLine]:
    for currency in ledger.currencies():
        for name, line in ledger.of(currency):
            yield _line(currency, ledger.fields[name], line)


def _line(currency: str, label: str, line: Line) -> TotalLine:
    before, after, difference = line.before, line.after, line.difference
    return TotalLine(
        currency,
        label,
        _amount(before.total) if before.rows else "",
        _amount(after.total) if after.rows else "",
        "" if difference is None else _amount(difference),
        bool(difference),
    )


def _amount(total: Decimal) -> str:
    return readable_amount(amount_text(total))
