"""What all pages share: the settings, the sheets in work, the command that runs, and how a page is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from sync.app.app_sandbox import AppSandbox
from sync.app.drafts import Draft, Drafts
from sync.app.jobs import RESUMABLE, Jobs
from sync.app.looked import Looked
from sync.app.run_totals import TotalsTable
from sync.app.saved_mappings import SavedMappings
from sync.app.steps import steps
from sync.app.ticks import Ticks
from sync.commands.suggest import resource_in_force
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.model import Problem
from sync.settings import BASE_URL, Settings, find_key

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 0.4  # seconds: a command that takes no longer shows no progress page
PER_PAGE = 200  # rows of a table; a browser draws them at once


@dataclass
class Checked:
    """What the last check of a sheet said."""

    rows: int
    invalid: int
    problems: list[Problem]  # the first ones
    count: int  # of all problems
    warnings: list[str]
    records: Mapping[int, tuple[str, str]]  # by row with a problem: the id and the name that it has in the sheet
    repeated: Sequence[tuple[str, str, int]]  # column, text, in how many rows: what can be corrected at once
    choices: Mapping[str, Sequence[str]]  # by header: what a cell may hold, where its field has choices


@dataclass
class View:
    """The app's state, for as long as it runs. What must survive is in the journal and in the drafts' folders."""

    settings: Settings
    templates: Environment
    drafts: Drafts
    mappings: SavedMappings
    jobs: Jobs
    ticks: Ticks
    sandbox: AppSandbox
    looked: dict[tuple[str, str, str], Looked] = field(default_factory=dict)  # by draft, file and worksheet
    checked: dict[str, Checked] = field(default_factory=dict)  # by draft
    totals: dict[tuple[object, ...], TotalsTable] = field(default_factory=dict)  # by run, when it ended, and its counts
    changed: dict[tuple[object, ...], dict[str, int]] = field(default_factory=dict)  # likewise: field, in how many rows

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        step: int = 0,
        draft: Draft | None = None,
        preview: str = "",
        **values: Any,
    ) -> Response:
        """A page.

        Args:
            template: its name.
            status: of HTTP.
            step: which step of the loop it is, from 1; 0 outside the loop.
            draft: the sheet that it is about.
            preview: the run to which the step Preview leads, where that is not the draft's latest one.
            values: what the template needs beside these.
        """
        latest = draft.preview if draft and not draft.preview_is_old else ""
        links = steps(step, draft, preview or latest)
        page = self.templates.get_template(template).render(steps=links, draft=draft, busy=self.jobs.running, **values)
        return HTMLResponse(page, status)

    def message(
        self, title: str, text: str, links: Sequence[tuple[str, str]] = (("Start", "/"),), status: int = 200
    ) -> Response:
        """A page that says one thing."""
        return self.page("message.html", title=title, text=text, links=links, status=status)

    def start(
        self, title: str, command: Any, then: Any, step: int = 0, sandbox: bool = False, stopping: str = RESUMABLE
    ) -> Response:
        """Run a command in the background and show its progress; what is running already goes first."""
        job = self.jobs.start(title, command, then, step, sandbox, stopping)
        if job is None:
            return self.busy("Nothing was started. Wait until that one has finished, or stop it.")
        at_once = job.end.wait(AT_ONCE)
        return RedirectResponse(then(job) if at_once else "/job", 303)

    def busy(self, text: str) -> Response:
        """The page that says why nothing was started: one command at a time."""
        return self.message("Another command is running", text, [("Show it", "/job")], 409)

    def of(self, draft: Draft) -> Settings:
        """The settings for the commands on a sheet."""
        mapping = Path(draft.mapping) if draft.mapping else None
        is_copy = draft.file != draft.original
        return replace(
            self.settings,
            mapping=mapping,
            sheet=draft.sheet,
            sandbox=draft.sandbox,
            original_sha256=draft.original_sha256 if is_copy else "",
            corrections=draft.corrected if is_copy else "",
            yes=True,
        )

    @property
    def resource(self) -> Resource:
        """What a new sheet is for: customers, or what the mapping in force names.

        Raises:
            MappingRefused: that mapping cannot be read.
        """
        return resource_in_force(self.settings)

    @property
    def base_url(self) -> str:
        """Where real changes go."""
        return self.settings.base_url or BASE_URL

    @property
    def has_key(self) -> bool:
        """Whether the API key is known, from the environment or the keychain."""
        try:
            return bool(find_key(self.base_url))
        except CannotStart:
            return False


def download(path: Path, media_type: str) -> Response:
    """A file for the person to keep."""
    return FileResponse(path, media_type=media_type, filename=path.name)
