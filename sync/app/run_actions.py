"""What a person does with a run: send a preview, look at an undo, put back, continue."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.jobs import Job, Recorder
from sync.app.preview_files import preview_files
from sync.app.run_view import RunView
from sync.app.steps import SEND
from sync.app.ticks import Chosen
from sync.app.view import View
from sync.commands.apply import apply
from sync.commands.choose import written
from sync.commands.result import RunResult
from sync.commands.resume import resume
from sync.commands.undo import undo
from sync.model import Mode
from sync.settings import SANDBOX, Settings
from sync.stop import StopSignal

Command = Callable[[StopSignal, Recorder], RunResult]
Sender = Callable[[Settings, StopSignal, Recorder], RunResult]
_LONGEST_SHOWN = 20  # characters of what was typed in place of the number
_NOTHING_SENT = "Nothing was sent. Wait until that one has finished, or stop it; then confirm again."
_CONFIRMED_ALREADY = (
    "This page was confirmed a moment ago, perhaps in another window, and its rows are on their way. Your confirmation "
    "has sent nothing a second time."
)


class RunActions:
    """The forms of a run's page that start a command."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._confirming = threading.Lock()
        self._confirmed = ""  # the page that was confirmed last: a run's id

    def apply(self, request: Request, form: FormData) -> Response:
        """Send exactly what the preview showed, less the rows that were unticked."""
        return self._confirm(request, form, "Sending", lambda shown: partial(apply, shown.id))

    def undo(self, request: Request, form: FormData) -> Response:
        """See what an undo would put back."""
        shown = self._run(request)
        settings = settings_of(self._view, shown)
        title = "Working out what would be put back"
        return self._start(title, shown, lambda stop, recorder: undo(shown.id, settings, True, stop, recorder))

    def put_back(self, request: Request, form: FormData) -> Response:
        """Put back what the look at an undo showed."""
        return self._confirm(request, form, "Putting back", lambda shown: partial(_put_back, shown.record.facts.parent))

    def resume(self, request: Request, form: FormData) -> Response:
        """Continue a run that was stopped."""
        shown = self._run(request)
        settings = replace(settings_of(self._view, shown), as_started=form.get("as_started") == "yes")
        draft = self._view.drafts.of_file(Path(shown.record.facts.file))

        def command(stop: StopSignal, recorder: Recorder) -> RunResult:
            if draft is None or shown.record.facts.mode is not Mode.PREVIEW:
                return resume(shown.id, settings, stop, recorder)
            with preview_files(draft.folder, settings, recorder) as with_files:
                return resume(shown.id, with_files, stop, recorder)

        return self._start("Continuing", shown, command)

    # --- steps that several forms take ---

    def _run(self, request: Request) -> RunView:
        return RunView.of(self._view.settings, request.path_params["run"])

    def _confirm(self, request: Request, form: FormData, title: str, sender: Callable[[RunView], Sender]) -> Response:
        """Send what was shown, once the person has confirmed it: of two confirmations in one instant, one."""
        with self._confirming:
            shown = self._run(request)
            if job := self._view.jobs.running:  # asked before the journal is: what has ended by now is in there
                is_this = (job.title, self._confirmed) == (title, shown.id)
                return self._view.busy(_CONFIRMED_ALREADY if is_this else _NOTHING_SENT)
            chosen = self._view.ticks.chosen(shown)
            if refused := self._refused(shown, chosen, form):
                return RedirectResponse(refused, 303)
            self._confirmed = shown.id
            send, settings = sender(shown), self._settings(shown, chosen, form)
            return self._start(title, shown, lambda stop, recorder: send(settings, stop, recorder))

    def _refused(self, shown: RunView, chosen: Chosen, form: FormData) -> str:
        """Where to go in place of sending; empty where the person has confirmed what would be sent now.

        A form that is sent twice (a double click, a second window, the browser's Back) leads to the run that it
        started the first time; one from before a correction, to its own page, which says so.
        """
        latest = shown.sent_already.run
        if latest and str(form.get("seen", "")) != latest:
            return f"/runs/{latest}?twice=yes"
        if shown.is_outdated_by(self._view.drafts.of_file(Path(shown.record.facts.file))):
            return f"/runs/{shown.id}"
        typed = str(form.get("count", "")).replace(",", "").strip()
        if chosen.count and typed == str(chosen.count) and form.get("chosen") == chosen.digest:
            return ""
        kept = {"typed": typed[:_LONGEST_SHOWN], "reason": str(form.get("reason", ""))}
        return f"/runs/{shown.id}?{urlencode(kept)}#count"

    def _settings(self, shown: RunView, chosen: Chosen, form: FormData) -> Settings:
        """The settings for sending what is ticked. Who was told that it was sent before, or undone, means it again."""
        return replace(
            settings_of(self._view, shown),
            except_rows=written(chosen.unticked),
            reason=str(form.get("reason", "")).strip(),
            again=bool(form.get("seen")),
        )

    def _start(self, title: str, shown: RunView, command: Command) -> Response:
        def then(job: Job) -> str:
            error = f"?error={quote(job.error.in_app)}" if job.error else ""
            return f"/runs/{job.run or shown.id}{error}"

        def begun(stop: StopSignal, recorder: Recorder) -> RunResult:
            if shown.in_sandbox:
                self._view.sandbox.take_up()
            return command(stop, recorder)

        return self._view.start(title, begun, then, 0 if shown.is_undo else SEND, shown.in_sandbox)


def _put_back(run: str, settings: Settings, stop: StopSignal, recorder: Recorder) -> RunResult:
    return undo(run, settings, False, stop, recorder)


def settings_of(view: View, shown: RunView) -> Settings:
    """The settings for a command on a run. The sandbox's runs stay there, wherever the app sends otherwise."""
    settings = replace(view.settings, yes=True)
    return replace(settings, base_url=None) if shown.record.facts.base_url == SANDBOX else settings
