"""Send what is planned: rows for several workers, in their order, and not more than are asked for."""

import threading
from collections.abc import Callable, Iterable, Iterator

from sync.api import workers as pool
from sync.execution.run_in_progress import RunInProgress
from sync.execution.send_row import RowWork
from sync.model import RowRecord
from sync.status import Stage


def send_updates(run: RunInProgress, workers: int, tick: Callable[[], None], first: int | None = None) -> int:
    """Send the planned rows of a run in their order, or as many of them as it takes until `first` have gone out.

    Returns how many rows a request went out for.
    """
    rows = RowsUntil(run.journal.reader.rows(run.facts.id, Stage.PLANNED, Stage.SENDING), first)

    def send_one(row: RowRecord) -> None:
        work = RowWork(run, row)
        try:
            work.send()
        finally:
            rows.done(work.went_out)

    def flush_and_tick() -> None:
        run.journal.flush()
        tick()

    pool.each(rows, send_one, workers, run.stop, flush_and_tick)
    run.journal.flush()
    return rows.went_out


class RowsUntil(Iterator[RowRecord]):
    """Rows for several workers, until so many of them have gone out. One that did not makes room for another."""

    def __init__(self, rows: Iterable[RowRecord], first: int | None) -> None:
        self.went_out = 0
        self._rows = iter(rows)
        self._first = first
        self._in_work = 0
        self._change = threading.Condition()

    def __next__(self) -> RowRecord:
        with self._change:
            self._change.wait_for(self._is_decided)
            if self._first is not None and self.went_out >= self._first:
                raise StopIteration
            row = next(self._rows)
            self._in_work += 1
            return row

    def _is_decided(self) -> bool:
        """Whether it is known that another row may go, or that none may."""
        if self._first is None or self.went_out >= self._first:
            return True
        return self.went_out + self._in_work < self._first

    def done(self, went_out: bool) -> None:
        """Nothing more is done for a row."""
        with self._change:
            self._in_work -= 1
            self.went_out += went_out
            self._change.notify_all()
