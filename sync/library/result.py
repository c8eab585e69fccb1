"""How a call ended, and its rows as pandas DataFrames."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import ExitCode
from sync.model import Requests

if TYPE_CHECKING:
    from pandas import DataFrame

Table = tuple[list[str], list[list[Any]]]  # headings, and a list of values for each row


@dataclass(frozen=True)
class Result:
    """How a command ended. The words and keys are those of the JSON object that `--json` prints."""

    run: str | None  # the run's id; None for a check and an export
    mode: str
    exit_code: ExitCode
    counts: Mapping[str, int]  # rows by status: {"updated": 3, "not_sent": 0, …}; a check's rows in order are not_sent
    results: Path | None  # the workbook
    totals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # currency: total field: exact decimal
    requests: Requests = field(default_factory=Requests)
    warnings: tuple[Any, ...] = ()
    error: str = ""  # why it stopped early
    fault: BaseException | None = None  # the unexpected exception that stopped it
    tables: Mapping[str, Callable[[], Table]] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether every row is updated, unchanged, would be updated, or was left out on purpose."""
        return self.exit_code is ExitCode.OK

    @cached_property
    def rows(self) -> "DataFrame":
        """A row for each row of the sheet, under the headings of the workbook's sheet Results."""
        return self._frame("rows")

    @cached_property
    def changes(self) -> "DataFrame":
        """A row for each field that changed or would change. `Before` and `After` are the API's own values."""
        return self._frame("changes")

    @cached_property
    def problems(self) -> "DataFrame":
        """A row for each problem of a row, under the headings of the workbook's sheet Problems."""
        return self._frame("problems")

    def _frame(self, name: str) -> "DataFrame":
        from pandas import DataFrame

        headings, rows = self.tables[name]()
        return DataFrame(rows, columns=headings, dtype=object)  # no value is turned into another
