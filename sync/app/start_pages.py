"""The start page, and what it offers to somebody who has no sheet yet: the records as they are now, as a file."""

import os
from dataclasses import replace
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.jobs import Job, Recorder
from sync.app.steps import SHEET
from sync.app.view import XLSX, View, download
from sync.commands.export import export, template
from sync.errors import CampfireSyncError
from sync.export import Selection
from sync.stop import StopSignal

_DIGITS = 8  # of a number of records in an address
_KEPT = "Nothing is sent for a cell that you leave as it is."


class StartPages:
    """Where everything begins."""

    def __init__(self, view: View) -> None:
        self._view = view

    def start(self, request: Request) -> Response:
        """Choose a file, or get one."""
        view = self._view
        return view.page(
            "start.html",
            here="start",
            step=SHEET,
            noun=view.resource.noun,
            drafts=view.drafts.recent(),
            has_key=view.has_key,
            base_url=view.base_url,
            sandbox_first=not view.has_key or "sandbox" in request.query_params,
            sandbox_in_use=view.sandbox.is_in_use,
            started_over="started_over" in request.query_params,
            error=request.query_params.get("error", ""),
        )

    def use_key(self, request: Request, form: FormData) -> Response:
        """Keep the key in memory, for as long as the app runs."""
        os.environ["CAMPFIRE_API_KEY"] = str(form.get("key", "")).strip()
        return RedirectResponse("/", 303)

    def export(self, request: Request, form: FormData) -> Response:
        """The records as they are now, as a file to edit."""
        many, sandbox = self._view.resource.noun.many, form.get("sandbox") == "yes"
        settings = replace(self._view.settings, sandbox=sandbox)
        selection = Selection(with_totals=form.get("totals") == "yes")
        path = self._view.drafts.for_export(many)

        def command(stop: StopSignal, recorder: Recorder) -> object:
            if sandbox:
                self._view.sandbox.begin()
            return export(path, selection, settings, stop, recorder)

        def then(job: Job) -> str:
            made = {"rows": job.result.rows, "sandbox": "yes" if sandbox else ""} if job.result else {}
            return _with_error(job.error) if job.error else f"/exports/{path.parent.name}?{urlencode(made)}"

        return self._view.start(
            f"Reading the {many}", command, then, sandbox=sandbox, stopping="No file is written then."
        )

    def template(self, request: Request, form: FormData) -> Response:
        """The headers alone, as a file to fill in."""
        path = self._view.drafts.for_export(f"{self._view.resource.noun.many}-template")
        template(path, "", self._view.settings)
        return RedirectResponse(f"/exports/{path.parent.name}?template=yes", 303)

    def start_over(self, request: Request, form: FormData) -> Response:
        """Go back to the sandbox's original records."""

        def command(stop: StopSignal, recorder: Recorder) -> None:
            self._view.sandbox.start_over()

        def then(job: Job) -> str:
            return _with_error(job.error) if job.error else "/?started_over=yes"

        return self._view.start("Starting the sandbox over", command, then, sandbox=True, stopping="")

    def exported(self, request: Request) -> Response:
        """Where to get a file that was made."""
        path = self._view.drafts.exported(request.path_params["draft"])
        query, noun = request.query_params, self._view.resource.noun
        rows = query.get("rows", "")
        holds = f"It holds {noun.counted(int(rows))}. " if rows.isdecimal() and len(rows) < _DIGITS else ""
        text = f"{holds}Download it, edit it in Excel, save it, and choose it on the start page. {_KEPT}"
        if query.get("template"):
            text = (
                f"It has the headers alone. Download it, fill in the ids of the {noun.many} and what should change, "
                "save it, and choose it on the start page. Nothing is sent for a cell that you leave empty."
            )
        back = "/?sandbox=yes" if query.get("sandbox") else "/"  # what comes from there goes there
        links = [(f"Download {path.name}", f"{request.url.path}/file"), ("Choose the edited file", back)]
        return self._view.message("Your file is ready", text, links)

    def file(self, request: Request) -> Response:
        """The file itself."""
        return download(self._view.drafts.exported(request.path_params["draft"]), XLSX)


def _with_error(error: CampfireSyncError) -> str:
    """The start page, with why nothing came of a command."""
    return f"/?error={quote(error.in_app)}"
