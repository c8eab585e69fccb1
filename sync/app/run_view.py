"""One run as its page shows it: read from the journal, under the sheet's own headers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams

from sync.contract.display import Display
from sync.contract.load import resource_of_run
from sync.contract.resource import Noun
from sync.contract.words import is_placeholder
from sync.journal.reader import JournalReader
from sync.journal.row_pages import RowPages, Wanted
from sync.journal.unpack import status_as_of_now
from sync.model import Change, Mode, Problem, RowRecord, RunRecord, RunState, SheetWarning
from sync.report.names import names_of
from sync.report.totals import readable_amount
from sync.status import STATES, Stage, Status
from sync.text import counted, moment


def page_number(query: QueryParams) -> int:
    """Which page of a table an address asks for, from 1."""
    page = query.get("page", "1")
    return max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1


Totals = Mapping[str, Mapping[str, str]]  # currency: total field: amount


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows the person wants to see."""

    status: str = ""
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


class RunView:
    """A run, and what its page needs to know of it."""

    def __init__(self, journal: JournalReader, record: RunRecord, live: bool = False) -> None:
        self._journal = journal
        self.record = record
        self.live = live
        self._resource = resource_of_run(record.facts)
        self._display = Display.of_run(record.facts, self._resource)
        self._name_of = names_of(record.facts, self._resource)

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.facts.id

    @property
    def noun(self) -> Noun:
        """What the run's records are called."""
        return self._resource.noun

    @property
    def title(self) -> str:
        """What the page is called."""
        facts = self.record.facts
        if facts.mode is Mode.UNDO and facts.dry_run:
            return "What an undo would put back"
        titles = {Mode.PREVIEW: "What would change", Mode.APPLY: "What was sent", Mode.UNDO: "What was put back"}
        return titles.get(facts.mode, "What was sent")

    @property
    def headline(self) -> str:
        """What happened, in one or two sentences."""
        count = self.record.counts[Status.WOULD_UPDATE]
        if self.live:
            return "This run is still in progress in another window. What you see is what it has done so far."
        if self.record.state is RunState.RUNNING:
            return "This run was interrupted. It can be resumed."
        if self.record.stopped_because:
            return f"Stopped early: {self.record.stopped_because}."
        if self.record.facts.dry_run:
            return f"{counted(count, 'customers')} would change. Nothing has been sent yet."
        return f"{counted(self.record.counts[Status.UPDATED], 'customers')} changed."

    @property
    def sendable(self) -> int:
        """How many rows would be sent."""
        return self.record.counts[Status.WOULD_UPDATE]

    def numbers(self) -> list[int]:
        """The sheet's numbers of the rows that would be sent."""
        return self._pages.numbers(Stage.PLANNED) if self.record.facts.dry_run else []

    @property
    def can_send(self) -> bool:
        """Whether this is a preview that came to its end and would change something."""
        ended = self.record.state in (RunState.COMPLETE, RunState.HELD_BACK)
        return self.record.facts.dry_run and ended and self.sendable > 0

    @property
    def can_resume(self) -> bool:
        """Whether rows are left that `resume` would try."""
        if self.live or self.record.state is RunState.HELD_BACK or self.record.facts.mode is Mode.CHECK:
            return False
        left = any(self.record.counts[status] for status in Status if status.facts.resumable)
        left |= self.record.state is RunState.STOPPED  # by a firewall, say, which refused its last rows
        return left and not (self.record.facts.dry_run and self.record.state is RunState.COMPLETE)

    @property
    def can_fix(self) -> bool:
        """Whether the results have rows to correct."""
        if self.live or self.record.facts.mode is Mode.UNDO:
            return False
        return any(self.record.counts[status] for status in Status if status.facts.fixable)

    @property
    def can_undo(self) -> bool:
        """Whether something was sent that can be put back."""
        return not self.live and not self.record.facts.dry_run and self._journal.has_sent(self.id)

    def facts(self) -> list[tuple[str, str]]:
        """Who, when, from what, with which requests."""
        facts, requests = self.record.facts, self.record.requests
        lines = [
            ("Run", facts.id),
            ("When", moment(facts.started_at)),
            ("By", facts.by),
            ("Reason", facts.reason),
            ("File", Path(facts.file).name),
            ("Goes to", facts.base_url),
            ("Requests", f"{requests.get:,} GET, {requests.put:,} PUT, {requests.retries:,} tried again"),
        ]
        return [(name, text) for name, text in lines if text]

    def written(self, kind: str) -> Path | None:
        """The file of this kind (`html`, `plan`) that the app wrote with the preview; None if there is none."""
        path = Path(self.record.facts.file).parent / f"preview-{self.id}.{kind}"
        return path if path.is_file() else None

    def totals(self, totals: Totals) -> tuple[list[str], list[tuple[str, list[str]]]]:
        """The control totals as the page shows them: the currencies, and for each total its label and amounts."""
        currencies = list(totals)
        lines = [
            (total.label, [readable_amount(totals[currency].get(total.name, "")) for currency in currencies])
            for total in self._resource.totals
        ]
        return currencies, [(label, amounts) for label, amounts in lines if any(amounts)]

    def headers(self) -> list[tuple[str, str]]:
        """The fields that the sheet has a column for, with its headers."""
        targets = (target for target in self.record.facts.options.names if target != "id")
        return sorted(((target, self._display.name(target)) for target in targets), key=lambda pair: pair[1])

    def rows(self, chosen: RowFilter, per_page: int) -> tuple[list[dict[str, Any]], int]:
        """The rows of one page of the table, and how many pages there are."""
        statuses = {s for s in Status if (s.key == chosen.status if chosen.status else not s.facts.settled)}
        dry_run = self.record.facts.dry_run
        states = tuple(state for state in STATES if status_as_of_now(state, dry_run, self.live) in statuses)
        wanted = Wanted(states, chosen.field, chosen.search.strip(), self._values(chosen.search.strip()))
        page = self._pages.page(wanted, (chosen.page - 1) * per_page, per_page)
        problems = self._pages.problems(page.rows)
        shown = [self._row(row, problems.get(row.n, [])) for row in page.rows]
        return shown, max(-(-page.count // per_page), 1)

    @property
    def _pages(self) -> RowPages:
        return RowPages(self._journal, self.id, self.live)

    def _values(self, search: str) -> tuple[str, ...]:
        """The choices whose label holds what is looked for: the journal has their values."""
        fields = (self._display.field(target) for target, _ in self.headers()) if search else ()
        choices = {value: label for field in fields if field for value, label in field.choices.items()}
        return tuple(value for value, label in choices.items() if search.casefold() in label.casefold())

    def _row(self, row: RowRecord, problems: list[Problem]) -> dict[str, Any]:
        lines = list(self._lines(row, problems))
        return {
            "number": row.row,
            "id": row.record_id or "",
            "name": self._name_of(row) or "(no name)",
            "status": row.status,
            "tickable": row.state is Stage.PLANNED,
            "struck": self._warns("struck_through") and any(cell.struck_through for cell in row.cell_meta.values()),
            "lines": lines or [{"message": row.message or "Nothing would change."}],
        }

    def _lines(self, row: RowRecord, problems: list[Problem]) -> Iterator[dict[str, Any]]:
        facts = self.record.facts
        for change in row.changes:
            yield {
                "header": self._display.name(change.field),
                "before": self._display.value(change.field, change.before),
                "after": self._display.value(change.field, change.after),
                "means_nothing": self._warns("placeholder_text") and self._means_nothing(change),
            }
        for problem in problems:
            yield {"message": problem.message, "problem": problem if problem.column in facts.headers else None}
        if row.message and not row.changes and not problems:
            yield {"message": row.message, "problem": self._problem_of_id(row)}

    def _problem_of_id(self, row: RowRecord) -> Problem | None:
        """A row that is rejected as a whole, so that its id can be corrected; None for any other row."""
        facts = self.record.facts
        header = facts.options.names.get("id", "")
        if row.status is not Status.REJECTED or header not in facts.headers:
            return None
        return Problem(row.row, header, row.cells[facts.headers.index(header)], "", row.message, "")

    def _warns(self, kind: str) -> bool:
        """Whether the run warns of this; what is accepted, and what an undo puts back, is not marked."""
        facts = self.record.facts
        return facts.mode is not Mode.UNDO and any(warning.kind == kind for warning in facts.warnings)

    def _means_nothing(self, change: Change) -> bool:
        """Whether a text is sent that often means nothing."""
        field = self._display.field(change.field)
        is_text = field is not None and field.type == "string"
        return is_text and isinstance(change.after, str) and is_placeholder(change.after)


def in_words(warning: SheetWarning) -> str:
    """A warning for somebody who works in the app, where nobody writes a mapping file."""
    if warning.kind == "unmapped_column":
        message = (
            f"nothing in the column “{warning.column}” is sent, since no field is chosen for it. Choose one in the "
            "step Columns, or choose “Do not send, no warning” there."
        )
        warning = replace(warning, message=message)
    return warning.with_rows
