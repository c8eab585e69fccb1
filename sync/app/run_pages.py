"""The pages of runs: the list of them, and what one would do or did."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sync.app.drafts import next_round
from sync.app.run_actions import settings_of
from sync.app.run_rows import RowFilter
from sync.app.run_totals import TotalsTable, totals_table
from sync.app.run_view import RunView
from sync.app.run_words import in_words, kind_of, not_confirmed
from sync.app.steps import DONE, PREVIEW
from sync.app.ticks import Chosen
from sync.app.view import PER_PAGE, XLSX, View, download
from sync.commands.report import report
from sync.commands.runs import PastRun, runs
from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from sync.model import Mode
from sync.problems import remarks_of
from sync.progress import Progress
from sync.report.totals import ledger_of
from sync.settings import place
from sync.text import ended, minute

_TWICE = (
    "This had been sent already when you pressed the button, so nothing was sent a second time. This is what was sent."
)


class RunPages:
    """The pages of runs, and the files that they offer."""

    def __init__(self, view: View) -> None:
        self._view = view

    def list(self, request: Request) -> Response:
        """All past runs, the latest first."""
        lines = [_line(past) for past in reversed(runs(self._view.settings))]
        return self._view.page("runs.html", here="runs", runs=lines)

    def show(self, request: Request) -> Response:
        """One run: what it would do or did, and what can be done next."""
        shown = self._run(request)
        job = self._view.jobs.running
        if job is not None and job.run == shown.id:
            return RedirectResponse("/job", 303)
        facts, query = shown.record.facts, request.query_params
        draft = self._view.drafts.of_file(Path(facts.file))
        is_latest = draft is not None and draft.preview == facts.id and not draft.preview_is_old
        outdated = shown.is_outdated_by(draft)
        renamed = shown.table.renamed(draft.corrections) if draft is not None and is_latest else {}
        doubts = [f"Row {row}: {question}" for row, question in renamed.items()]
        return self._view.page(
            "run.html",
            step=0 if shown.is_undo else PREVIEW if shown.is_look else DONE,
            draft=draft,
            preview=shown.parent if facts.mode is Mode.APPLY else "",
            correctable=is_latest,
            outdated=outdated,
            can_send=shown.can_send and not outdated,
            sandbox=shown.in_sandbox,
            error=query.get("error", "") or (_TWICE if "twice" in query else ""),
            shown=shown,
            noun=shown.noun,
            run=facts.id,
            sent=shown.sent_already,
            renamed=renamed,
            warnings=[*doubts, *(in_words(warning) for warning in (*facts.warnings, *remarks_of(facts)))],
            totals=self._totals(shown),
            has_files=shown.written("plan") is not None,  # a preview that was stopped has none
            **self._table(shown, RowFilter.of(query)),
            **self._confirmation(shown, query),
        )

    def tick(self, request: Request, form: FormData) -> Response:
        """Remember which rows of the page are to be sent."""
        shown = self._run(request)
        unticked = set(self._view.ticks.unticked(shown.id))
        if form.get("all"):
            unticked.clear()
        elif form.get("none"):
            unticked.update(shown.table.numbers())
        else:
            on_page = {int(str(row)) for row in form.getlist("shown")}
            ticked = {int(str(row)) for row in form.getlist("tick")}
            unticked -= on_page
            unticked |= on_page - ticked
        self._view.ticks.save(shown.id, unticked)
        if request.headers.get("accept") == "application/json":
            return JSONResponse(_ticked(shown, self._view.ticks.chosen(shown)))
        back = str(form.get("back", ""))
        return RedirectResponse(f"/runs/{shown.id}?{back}#rows", 303)

    def fix(self, request: Request, form: FormData) -> Response:
        """Open the sheet To fix of the results as the next round: its columns are known, so it begins with its rows."""
        shown = self._run(request)
        path = self._workbook(shown)
        with path.open("rb") as content:
            draft = self._view.drafts.new(next_round(Path(shown.record.facts.file).name), content)
        draft.sandbox = shown.in_sandbox
        draft.mapping = shown.record.facts.mapping
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}/problems", 303)

    def results(self, request: Request) -> Response:
        """The results workbook."""
        return download(self._workbook(self._run(request)), XLSX)

    def page(self, request: Request) -> Response:
        """The preview as a page for the person who approves."""
        return self._written(request, "html", "text/html")

    def plan(self, request: Request) -> Response:
        """The preview as a plan file, for another machine or a signature."""
        return self._written(request, "plan", "application/json")

    # --- parts of the pages ---

    def _run(self, request: Request) -> RunView:
        return RunView.of(self._view.settings, request.path_params["run"])

    def _table(self, shown: RunView, chosen: RowFilter) -> dict[str, Any]:
        """The rows of the page that was asked for, and what can be chosen of them."""
        rows, pages = shown.table.page(chosen, PER_PAGE)
        unticked = self._view.ticks.unticked(shown.id)
        query = urlencode({name: value for name, value in chosen.as_query().items() if value})
        return {
            "choices": shown.table.choices(),
            "fields": shown.table.fields({chosen.field: 0, **self._changed(shown)}),
            "chosen": chosen,
            "query": f"{query}&" if query else "",
            "page": chosen.page,
            "pages": pages,
            "rows": [row | {"ticked": row["number"] not in unticked} for row in rows],
        }

    def _confirmation(self, shown: RunView, query: QueryParams) -> dict[str, Any]:
        """What the form says by which a person sends what is shown."""
        chosen = self._view.ticks.chosen(shown)
        refused = "typed" in query
        return {
            "ticked": _ticked(shown, chosen),
            "not_confirmed": not_confirmed(query["typed"], chosen.count, shown.noun) if refused else "",
            "reason": query.get("reason", ""),
        }

    def _totals(self, shown: RunView) -> TotalsTable:
        """The control totals of a run, added up once: that takes a second at 100,000 rows."""
        if shown.live:
            return TotalsTable()
        key = _as_it_is(shown)
        if key not in self._view.totals:
            history = JournalReader(self._view.settings.journal)
            self._view.totals[key] = totals_table(ledger_of(history, shown.id), compares=not shown.is_look)
        return self._view.totals[key]

    def _changed(self, shown: RunView) -> dict[str, int]:
        """The fields that change and in how many rows, counted once: that takes half a second at 100,000 rows."""
        if shown.live:
            return shown.table.changed()
        key = _as_it_is(shown)
        if key not in self._view.changed:
            self._view.changed[key] = shown.table.changed()
        return self._view.changed[key]

    def _written(self, request: Request, kind: str, media_type: str) -> Response:
        path = self._run(request).written(kind)
        if path is None:
            raise CannotStart("this preview was made on the command line, which writes the page and the plan itself.")
        return download(path, media_type)

    def _workbook(self, shown: RunView) -> Path:
        """The run's results workbook, written again if it was moved or deleted."""
        path = Path(shown.record.results) if shown.record.results else None
        if path is None or not path.exists():
            again = report(shown.id, settings_of(self._view, shown), Progress())
            if again.results is None:
                raise CannotStart(again.error, f"{ended(again.reason)} When it can be written, come back for it.")
            path = again.results
        return path


def _as_it_is(shown: RunView) -> tuple[object, ...]:
    """A key for what is remembered of a run: another one as soon as the run has gone on."""
    return shown.id, shown.record.ended_at, *shown.record.counts.values()


def _ticked(shown: RunView, chosen: Chosen) -> dict[str, str]:
    """How many records would be sent, in a sentence too if it is not all that would change, and exactly which."""
    count, records = chosen.count, shown.noun.counted(chosen.sendable)
    verb = "put back" if shown.is_undo else "sent"
    words = f"{count:,} of {records} {'is' if count == 1 else 'are'} ticked to be {verb}."
    return {"to_send": f"{count:,}", "words": words if chosen.unticked else "", "chosen": chosen.digest}


def _line(past: PastRun) -> dict[str, str]:
    """A line of the list of runs."""
    facts = past.record.facts
    return {
        "id": facts.id,
        "when": minute(facts.started_at),
        "kind": kind_of(past.record),
        "by": facts.by,
        "file": Path(facts.file).name,
        "target": place(facts.base_url),
        "state": past.state,
        "counts": past.words,
    }
