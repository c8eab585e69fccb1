"""From a preview to a run that is sent, looked at, resumed or undone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sync.app.jobs import Job, Recorder
from sync.app.run_view import RowFilter, RunView, Totals, in_words
from sync.app.steps import DONE, PREVIEW, SEND
from sync.app.view import PER_PAGE, XLSX, View, download
from sync.commands.apply import apply
from sync.commands.choose import written
from sync.commands.report import report
from sync.commands.result import RunResult
from sync.commands.resume import resume
from sync.commands.runs import PastRun, is_live, runs
from sync.commands.undo import undo
from sync.errors import CannotStart
from sync.journal.reader import JournalReader
from sync.model import Mode
from sync.progress import Progress
from sync.report.totals import totals_by_currency
from sync.report.warnings import remarks_of
from sync.settings import SANDBOX, Settings
from sync.status import Status
from sync.stop import StopSignal
from sync.text import counted

Command = Callable[[StopSignal, Recorder], RunResult]


class NotConfirmed(CannotStart):
    """What was typed under a preview does not confirm it."""

    def __init__(self, run: str, message: str) -> None:
        super().__init__(message)
        self.run = run


class RunPages:
    """The pages of runs."""

    def __init__(self, view: View) -> None:
        self._view = view

    @property
    def _journal(self) -> JournalReader:
        return JournalReader(self._view.settings.journal)

    def list(self, request: Request) -> Response:
        """All past runs, the latest first."""
        lines = [_line(past) for past in reversed(runs(self._view.settings))]
        return self._view.page("runs.html", here="runs", runs=lines)

    def show(self, request: Request) -> Response:
        """One run: what it would do or did, and what can be done next."""
        shown = self._run(request)
        job = self._view.jobs.current
        if job is not None and job.run == shown.id and not job.ended:
            return RedirectResponse("/job", 303)
        record, facts = shown.record, shown.record.facts
        chosen = RowFilter.of(request.query_params)
        rows, pages = shown.rows(chosen, PER_PAGE)
        unticked = self._view.ticks.unticked(facts.id)
        can_send, draft = shown.can_send, self._view.drafts.of_file(Path(facts.file))
        action, verb = ("put-back", "Put this back") if facts.mode is Mode.UNDO else ("apply", "Send")
        query = urlencode({name: value for name, value in chosen.as_query().items() if value})
        return self._view.page(
            "run.html",
            step=PREVIEW if facts.dry_run else DONE,
            draft=draft,
            preview=facts.parent if facts.mode is Mode.APPLY else "",
            noun=shown.noun,
            correctable=draft is not None and draft.preview == facts.id and not draft.preview_is_old,
            sandbox=facts.base_url == SANDBOX,
            error=request.query_params.get("error", ""),
            title=shown.title,
            headline=shown.headline,
            run=facts.id,
            mode=str(facts.mode),
            statuses=[status for status in Status if record.counts[status]],
            counts=record.counts,
            facts=shown.facts(),
            warnings=[] if facts.mode is Mode.UNDO else [in_words(w) for w in (*facts.warnings, *remarks_of(facts))],
            totals=shown.totals(self._totals(shown)),
            headers=shown.headers(),
            chosen=chosen,
            query=f"{query}&" if query else "",
            page=chosen.page,
            pages=pages,
            rows=[row | {"ticked": row["number"] not in unticked} for row in rows],
            has_files=shown.written("html") is not None,
            can_send=can_send,
            ticked=_ticked(shown, unticked),
            to_correct=record.counts[Status.INVALID] + record.counts[Status.REJECTED],
            target="the sandbox" if facts.base_url == SANDBOX else facts.base_url,
            action=action,
            verb=verb,
            can_resume=shown.can_resume,
            can_fix=shown.can_fix,
            can_undo=shown.can_undo,
        )

    def tick(self, request: Request, form: FormData) -> Response:
        """Remember which rows of the page are to be sent."""
        shown = self._run(request)
        unticked = set(self._view.ticks.unticked(shown.id))
        if form.get("all"):
            unticked.clear()
        elif form.get("none"):
            unticked.update(shown.numbers())
        else:
            on_page = {int(str(row)) for row in form.getlist("shown")}
            ticked = {int(str(row)) for row in form.getlist("tick")}
            unticked -= on_page
            unticked |= on_page - ticked
        self._view.ticks.save(shown.id, unticked)
        if request.headers.get("accept") == "application/json":
            return JSONResponse(_ticked(shown, unticked))
        back = str(form.get("back", ""))
        return RedirectResponse(f"/runs/{shown.id}?{back}", 303)

    def apply(self, request: Request, form: FormData) -> Response:
        """Send exactly what the preview showed, less the rows that were unticked."""
        shown = self._run(request)
        settings = self._confirmed(shown, form)
        return self._start("Sending", shown, lambda stop, recorder: apply(shown.id, settings, stop, recorder))

    def undo(self, request: Request, form: FormData) -> Response:
        """See what an undo would put back."""
        shown = self._run(request)
        settings = self._settings(shown)
        return self._start(
            "Working out what would be put back",
            shown,
            lambda stop, recorder: undo(shown.id, settings, True, stop, recorder),
        )

    def put_back(self, request: Request, form: FormData) -> Response:
        """Put back what the look at an undo showed."""
        shown = self._run(request)
        settings = self._confirmed(shown, form)
        parent = shown.record.facts.parent
        return self._start("Putting back", shown, lambda stop, recorder: undo(parent, settings, False, stop, recorder))

    def resume(self, request: Request, form: FormData) -> Response:
        """Continue a run that was stopped."""
        shown = self._run(request)
        settings = self._settings(shown)
        return self._start("Continuing", shown, lambda stop, recorder: resume(shown.id, settings, stop, recorder))

    def fix(self, request: Request, form: FormData) -> Response:
        """Open the sheet To fix of the results as the next round."""
        shown = self._run(request)
        path = self._workbook(shown)
        with path.open("rb") as content:
            draft = self._view.drafts.new(path.name, content)
        draft.sandbox = shown.record.facts.base_url == SANDBOX
        draft.mapping = shown.record.facts.mapping
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}", 303)

    def results(self, request: Request) -> Response:
        """The results workbook."""
        return download(self._workbook(self._run(request)), XLSX)

    def page(self, request: Request) -> Response:
        """The preview as a page for the person who approves."""
        return self._written(request, "html", "text/html")

    def plan(self, request: Request) -> Response:
        """The preview as a plan file, for another machine or a signature."""
        return self._written(request, "plan", "application/json")

    # --- steps that several pages take ---

    def _written(self, request: Request, kind: str, media_type: str) -> Response:
        path = self._run(request).written(kind)
        if path is None:
            raise CannotStart("this preview was made on the command line, which writes the page and the plan itself.")
        return download(path, media_type)

    def _run(self, request: Request) -> RunView:
        settings = self._view.settings
        record = self._journal.find(request.path_params["run"])
        if not is_live(record, settings):
            return RunView(self._journal, record)
        live = JournalReader(settings.journal, live=True)
        return RunView(live, live.run(record.facts.id), live=True)

    def _totals(self, shown: RunView) -> Totals:
        """The control totals of a run, added up once: that takes a second at 100,000 rows."""
        if shown.live:
            return {}
        key = shown.id, shown.record.ended_at, *shown.record.counts.values()
        if key not in self._view.totals:
            result = self._view.jobs.current.result if self._view.jobs.current else None
            if isinstance(result, RunResult) and result.run.facts.id == shown.id:
                self._view.totals[key] = result.totals
            else:
                self._view.totals[key] = totals_by_currency(self._journal, shown.id)
        return self._view.totals[key]

    def _settings(self, shown: RunView) -> Settings:
        """The settings for a command on a run. The sandbox's runs stay there, wherever the app sends otherwise."""
        settings = replace(self._view.settings, yes=True)
        return replace(settings, base_url=None) if shown.record.facts.base_url == SANDBOX else settings

    def _confirmed(self, shown: RunView, form: FormData) -> Settings:
        """The settings for sending what was ticked.

        Raises:
            NotConfirmed: the number that was typed is not the number of customers that would change, or
                no row is ticked.
        """
        unticked = self._view.ticks.unticked(shown.id)
        expected = shown.sendable - len(unticked)
        typed = str(form.get("count", "")).replace(",", "").strip()
        if typed != str(expected):
            raise NotConfirmed(
                shown.id,
                f"you typed {typed or 'nothing'}, and {counted(expected, 'customers')} would change. Nothing was sent. "
                "Go back, look at the preview once more, and type the number that it names.",
            )
        if not expected:
            raise NotConfirmed(shown.id, "no row is ticked, so there is nothing to send.")
        return replace(self._settings(shown), except_rows=written(unticked), reason=str(form.get("reason", "")).strip())

    def _start(self, title: str, shown: RunView, command: Command) -> Response:
        def then(job: Job) -> str:
            error = f"?error={quote(str(job.error))}" if job.error else ""
            return f"/runs/{job.run or shown.id}{error}"

        return self._view.start(title, command, then, step=SEND)

    def _workbook(self, shown: RunView) -> Path:
        """The run's results workbook, written again if it was moved or deleted."""
        path = Path(shown.record.results) if shown.record.results else None
        if path is None or not path.exists():
            ended = report(shown.id, self._settings(shown), Progress())
            if ended.results is None:
                raise CannotStart(ended.error)
            path = ended.results
        return path


def _ticked(shown: RunView, unticked: set[int]) -> dict[str, str]:
    """How many customers would be sent, as a number and, if it is not all that would change, in a sentence."""
    count = shown.sendable - len(unticked)
    words = f"{count:,} of {counted(shown.sendable, 'customers')} {'is' if count == 1 else 'are'} ticked to be sent."
    return {"to_send": f"{count:,}", "words": words if unticked else ""}


def _line(past: PastRun) -> dict[str, str]:
    """A line of the list of runs."""
    facts = past.record.facts
    return {
        "id": facts.id,
        "when": facts.started_at[:16].replace("T", " "),
        "mode": str(facts.mode),
        "by": facts.by,
        "file": Path(facts.file).name,
        "state": past.state,
        "counts": past.words,
    }
