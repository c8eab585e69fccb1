"""What a person does with a run: send a preview, look at an undo, put back, continue."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.jobs import Job, Recorder
from sync.app.run_view import RunView
from sync.app.steps import SEND
from sync.app.view import View
from sync.commands.apply import apply
from sync.commands.choose import written
from sync.commands.result import RunResult
from sync.commands.resume import resume
from sync.commands.undo import undo
from sync.settings import SANDBOX, Settings
from sync.stop import StopSignal

Command = Callable[[StopSignal, Recorder], RunResult]
_LONGEST_SHOWN = 20  # characters of what was typed in place of the number


class RunActions:
    """The forms of a run's page that start a command."""

    def __init__(self, view: View) -> None:
        self._view = view

    def apply(self, request: Request, form: FormData) -> Response:
        """Send exactly what the preview showed, less the rows that were unticked."""
        shown = self._run(request)
        if refused := self._refused(shown, form):
            return RedirectResponse(refused, 303)
        settings = self._confirmed(shown, form)
        return self._start("Sending", shown, lambda stop, recorder: apply(shown.id, settings, stop, recorder))

    def undo(self, request: Request, form: FormData) -> Response:
        """See what an undo would put back."""
        shown = self._run(request)
        settings = settings_of(self._view, shown)
        title = "Working out what would be put back"
        return self._start(title, shown, lambda stop, recorder: undo(shown.id, settings, True, stop, recorder))

    def put_back(self, request: Request, form: FormData) -> Response:
        """Put back what the look at an undo showed."""
        shown = self._run(request)
        if refused := self._refused(shown, form):
            return RedirectResponse(refused, 303)
        settings = self._confirmed(shown, form)
        parent = shown.record.facts.parent
        return self._start("Putting back", shown, lambda stop, recorder: undo(parent, settings, False, stop, recorder))

    def resume(self, request: Request, form: FormData) -> Response:
        """Continue a run that was stopped."""
        shown = self._run(request)
        settings = replace(settings_of(self._view, shown), as_started=form.get("as_started") == "yes")
        return self._start("Continuing", shown, lambda stop, recorder: resume(shown.id, settings, stop, recorder))

    # --- steps that several forms take ---

    def _run(self, request: Request) -> RunView:
        return RunView.of(self._view.settings, request.path_params["run"])

    def _refused(self, shown: RunView, form: FormData) -> str:
        """Where to go in place of sending; empty where the person has confirmed what would be sent now.

        A form that is sent twice (a double click, a second window, the browser's Back) leads to the run that it
        started the first time; one from before a correction, to its own page, which says so.
        """
        latest = shown.sent_already.run
        if latest and str(form.get("seen", "")) != latest:
            return f"/runs/{latest}?twice=yes"
        if shown.is_outdated_by(self._view.drafts.of_file(Path(shown.record.facts.file))):
            return f"/runs/{shown.id}"
        expected = shown.sendable - len(self._view.ticks.unticked(shown.id))
        typed = str(form.get("count", "")).replace(",", "").strip()
        if expected and typed == str(expected):
            return ""
        kept = {"typed": typed[:_LONGEST_SHOWN], "reason": str(form.get("reason", ""))}
        return f"/runs/{shown.id}?{urlencode(kept)}#count"

    def _confirmed(self, shown: RunView, form: FormData) -> Settings:
        """The settings for sending what is ticked. Who was told that it was sent before, or undone, means it again."""
        return replace(
            settings_of(self._view, shown),
            except_rows=written(self._view.ticks.unticked(shown.id)),
            reason=str(form.get("reason", "")).strip(),
            again=bool(form.get("seen")),
        )

    def _start(self, title: str, shown: RunView, command: Command) -> Response:
        def then(job: Job) -> str:
            error = f"?error={quote(str(job.error))}" if job.error else ""
            return f"/runs/{job.run or shown.id}{error}"

        return self._view.start(title, command, then, step=0 if shown.is_undo else SEND)


def settings_of(view: View, shown: RunView) -> Settings:
    """The settings for a command on a run. The sandbox's runs stay there, wherever the app sends otherwise."""
    settings = replace(view.settings, yes=True)
    return replace(settings, base_url=None) if shown.record.facts.base_url == SANDBOX else settings
