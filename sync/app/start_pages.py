"""The start page, and what it offers to somebody who has no sheet yet: the customers as they are now, as a file."""

import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.jobs import Job, Recorder
from sync.app.steps import SHEET
from sync.app.view import XLSX, View, download
from sync.commands.export import export, template
from sync.export import Selection
from sync.stop import StopSignal


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
            error=request.query_params.get("error", ""),
        )

    def use_key(self, request: Request, form: FormData) -> Response:
        """Keep the key in memory, for as long as the app runs."""
        os.environ["CAMPFIRE_API_KEY"] = str(form.get("key", "")).strip()
        return RedirectResponse("/", 303)

    def export(self, request: Request, form: FormData) -> Response:
        """The customers as they are now, as a file to edit."""
        folder = self._view.drafts.folder_for_export()
        settings = replace(self._view.settings, sandbox=form.get("sandbox") == "yes")
        totals = form.get("totals") == "yes"
        path = folder / "customers.xlsx"

        def command(stop: StopSignal, recorder: Recorder) -> object:
            return export(path, Selection(with_totals=totals), settings, stop, recorder)

        title = f"Reading the {self._view.resource.noun.many}"
        return self._view.start(title, command, lambda job: self._exported(job, folder))

    def template(self, request: Request, form: FormData) -> Response:
        """The headers alone, as a file to fill in."""
        folder = self._view.drafts.folder_for_export()
        template(folder / "customers.xlsx", "", self._view.settings)
        return RedirectResponse(f"/exports/{folder.name}", 303)

    def exported(self, request: Request) -> Response:
        """Where to get a file that was made."""
        path = self._view.drafts.exported(request.path_params["draft"])
        text = (
            "Download it, edit it in Excel, save it, and choose it on the start page. "
            "Nothing is sent for a cell that you leave as it is."
        )
        links = [(f"Download {path.name}", f"{request.url.path}/file"), ("Choose the edited file", "/")]
        return self._view.message("Your file is ready", text, links)

    def file(self, request: Request) -> Response:
        """The file itself."""
        return download(self._view.drafts.exported(request.path_params["draft"]), XLSX)

    def _exported(self, job: Job, folder: Path) -> str:
        return f"/?error={quote(str(job.error))}" if job.error else f"/exports/{folder.name}"
