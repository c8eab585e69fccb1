"""The rows of a run as its page lists them, under the sheet's own headers, a page at a time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams

from sync.app.cells import choices_of_cells, remedy_here
from sync.contract.display import Display
from sync.contract.resource import Resource
from sync.contract.words import is_placeholder
from sync.journal.reader import JournalReader
from sync.journal.row_pages import RowPages, Wanted
from sync.journal.unpack import status_as_of_now
from sync.model import Change, Problem, RowRecord, RunRecord
from sync.report.names import names_of
from sync.status import STATES, Stage, Status
from sync.text import fold


def page_number(query: QueryParams) -> int:
    """Which page of a table an address asks for, from 1."""
    page = query.get("page", "1")
    return max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1


ALL = "all"
_IN_DOUBT = "It was sent, but no answer came, so the update may have arrived. Resume finds out."


class Shown(NamedTuple):
    """A choice of the filter of statuses."""

    key: str  # as the address has it
    label: str


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows the person wants to see."""

    status: str = ""  # a status's key, or ALL; empty: those that change something or need attention
    field: str = ""
    search: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryParams) -> "RowFilter":
        """The filter that an address asks for."""
        return cls(query.get("status", ""), query.get("field", ""), query.get("search", ""), page_number(query))

    def as_query(self) -> dict[str, str]:
        """What the next page's address needs."""
        return {"status": self.status, "field": self.field, "search": self.search}


class RunRows:
    """The table of one run's rows.

    Args:
        live: the run is still in progress in another process.
    """

    def __init__(self, journal: JournalReader, record: RunRecord, resource: Resource, live: bool) -> None:
        self._journal = journal
        self._record = record
        self._live = live
        self._resource = resource
        self._display = Display.of_run(record.facts, resource)
        self._name_of = names_of(record.facts, resource)
        self.choices_of_cells = choices_of_cells(record.facts)
        self._pages = RowPages(journal, record.facts.id, live)

    def choices(self) -> list[Shown]:
        """What the filter of statuses offers, the view that is shown at first before the others."""
        counts = self._record.counts
        listed = sum(count for status, count in counts.items() if not status.facts.settled)
        total = sum(counts.values())
        every = Shown(ALL, f"all rows ({total:,})")
        first = [Shown("", f"changes and problems ({listed:,})"), every] if 0 < listed < total else [every]
        return [
            *first,
            *(Shown(status.key, f"{self._word(status)} ({counts[status]:,})") for status in Status if counts[status]),
        ]

    def _word(self, status: Status) -> str:
        return self._record.facts.word(status)

    def numbers(self) -> list[int]:
        """The sheet's numbers of the rows that would be sent, or were."""
        return self._pages.numbers(Stage.PLANNED if self._record.facts.dry_run else Status.UPDATED)

    def changed(self) -> dict[str, int]:
        """The fields that change, and in how many rows."""
        return self._pages.fields()

    def fields(self, rows: Mapping[str, int]) -> list[tuple[str, str, int]]:
        """These fields, with the sheet's headers, and in how many rows each changes."""
        return sorted(((each, self._display.name(each), rows[each]) for each in rows if each), key=lambda f: f[1])

    def page(self, chosen: RowFilter, per_page: int) -> tuple[list[dict[str, Any]], int]:
        """The rows of one page of the table, and how many pages there are."""
        statuses = self._statuses(chosen.status)
        dry_run = self._record.facts.dry_run
        states = tuple(state for state in STATES if status_as_of_now(state, dry_run, self._live) in statuses)
        wanted = Wanted(states, chosen.field, chosen.search.strip(), self._values(chosen.search.strip()))
        page = self._pages.page(wanted, (chosen.page - 1) * per_page, per_page)
        problems = self._pages.problems(page.rows)
        shown = [self._row(row, problems.get(row.n, [])) for row in page.rows]
        return shown, max(-(-page.count // per_page), 1)

    def renamed(self, corrections: Iterable[tuple[int, str, str]]) -> dict[int, str]:
        """By row what a person is asked where its id was corrected, and it would give that record another name.

        Args:
            corrections: row, header and text of the corrected cells.
        """
        options = self._record.facts.options
        ids = {
            number: text for number, header, text in corrections if fold(header) == fold(options.names.get("id", ""))
        }
        return {
            row.row: f"You corrected the id to {ids[row.row]}, and this row would rename "
            f"{self._display.value(change.field, change.before)} to "
            f"{self._display.value(change.field, change.after)}. Is it the same {self._resource.noun.one}?"
            for row in self._pages.of_sheet_rows(ids, Stage.PLANNED)
            for change in row.changes
            if change.field == self._resource.roles.name
        }

    def _statuses(self, key: str) -> set[Status]:
        if key in (status.key for status in Status):
            return {status for status in Status if status.key == key}
        unsettled = {status for status in Status if not status.facts.settled}
        return unsettled if not key and any(self._record.counts[status] for status in unsettled) else set(Status)

    def _values(self, search: str) -> tuple[str, ...]:
        """The choices whose label holds what is looked for: the journal has their values."""
        targets = self._record.facts.options.names if search else ()
        fields = (self._display.field(target) for target in targets if target != "id")
        choices = {value: label for field in fields if field for value, label in field.choices.items()}
        return tuple(value for value, label in choices.items() if search.casefold() in label.casefold())

    def _row(self, row: RowRecord, problems: list[Problem]) -> dict[str, Any]:
        lines = list(self._lines(row, problems))
        return {
            "number": row.row,
            "id": row.record_id or "",
            "name": self._name_of(row) or "(no name)",
            "status": row.status,
            "word": self._word(row.status),
            "can_leave": row.status in (Status.INVALID, Status.REJECTED),
            "tickable": row.state is Stage.PLANNED,
            "struck": self._warns("struck_through") and any(cell.struck_through for cell in row.cell_meta.values()),
            "lines": lines or [{"message": row.message or "No change."}],
        }

    def _lines(self, row: RowRecord, problems: list[Problem]) -> Iterator[dict[str, Any]]:
        facts = self._record.facts
        for change in row.changes:
            before, after = self._display.before_after(change)
            yield {
                "header": self._display.name(change.field),
                "before": before,
                "after": after,
                "doubt": self._doubt(row, change),
            }
        for problem in problems:
            here = replace(problem, remedy=remedy_here(problem)).message
            cell = problem if problem.column in facts.headers else None
            yield {"message": problem.message, "here": here, "problem": cell}
        if row.message and not problems:  # else the problems have said it
            in_doubt = row.state is Stage.SENDING and not self._live
            message = _IN_DOUBT if in_doubt else row.message
            yield {"message": message, "here": message, "problem": self._problem_of_id(row)}

    def _problem_of_id(self, row: RowRecord) -> Problem | None:
        """A row that is rejected as a whole, so that its id can be corrected; None for any other row."""
        facts = self._record.facts
        header = facts.options.names.get("id", "")
        if row.status is not Status.REJECTED or header not in facts.headers:
            return None
        return Problem(row.row, header, row.cells[facts.headers.index(header)], "", row.message, "")

    def _warns(self, kind: str) -> bool:
        """Whether the run warns of this; what is accepted, and what an undo puts back, is not marked."""
        return any(warning.kind == kind for warning in self._record.facts.warnings)

    def _doubt(self, row: RowRecord, change: Change) -> str:
        """What the run warns of in this very cell, in a few words; else empty."""
        if self._warns("placeholder_text") and self._means_nothing(change):
            return "often means nothing"
        if self._warns("number_in_text_column") and self._is_from_a_number(row, change):
            return "a number in the sheet: a zero or a plus sign may be gone"
        return ""

    def _is_from_a_number(self, row: RowRecord, change: Change) -> bool:
        """Whether a code is sent that stands in the sheet as a bare number."""
        field, facts = self._display.field(change.field), self._record.facts
        header = facts.options.names.get(change.field, "")
        if field is None or not field.code or header not in facts.headers:
            return False
        cell = row.cell_meta.get(facts.headers.index(header))
        return cell is not None and bool(cell.number) and not cell.number_format

    def _means_nothing(self, change: Change) -> bool:
        """Whether a text is sent that often means nothing."""
        field = self._display.field(change.field)
        is_text = field is not None and field.type == "string"
        return is_text and isinstance(change.after, str) and is_placeholder(change.after)
