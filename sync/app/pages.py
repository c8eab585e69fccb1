"""The app's addresses, and how a page comes to be.

    start ─► /sheets/ID ─► columns ─► problems ─► /runs/PREVIEW ─► /runs/RUN

`start_pages` has the start page and exports; `sheet_pages`, `column_pages` and `problem_pages` the steps from a file to
a preview; `run_pages` what follows.
Each step is a command of `sync.commands`, run by `jobs` while the progress page is shown.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sync.app.app_sandbox import AppSandbox
from sync.app.cells import remedy_here
from sync.app.column_pages import ColumnPages
from sync.app.draft_work import DraftWork
from sync.app.drafts import Drafts
from sync.app.guard import TooLarge
from sync.app.jobs import Job, Jobs
from sync.app.problem_pages import ProblemPages
from sync.app.run_actions import RunActions
from sync.app.run_pages import RunPages
from sync.app.saved_mappings import SavedMappings
from sync.app.sheet_pages import SheetPages
from sync.app.start_pages import StartPages
from sync.app.ticks import Ticks
from sync.app.view import View
from sync.commands.kept_sheets import remove_unused
from sync.errors import CampfireSyncError, CannotStart
from sync.settings import Settings
from sync.status import Status
from sync.text import counted, sentence, visible

Handler = Callable[[Request], Awaitable[Response]]
_ASSETS = {"app.css": "text/css", "app.js": "text/javascript", "icon.svg": "image/svg+xml"}


def make_app(settings: Settings) -> Starlette:
    """The app over this state directory."""
    state, settings = settings.state, replace(settings, keep_sandbox=True)
    with suppress(CannotStart):  # a journal that can't be read is told of where somebody wants to see it
        remove_unused(settings)
    view = View(
        settings,
        _templates(),
        Drafts(state),
        SavedMappings(state),
        Jobs(settings.stop_after),
        Ticks(state),
        AppSandbox(settings),
    )
    handlers: dict[Any, Any] = {
        CampfireSyncError: lambda request, error: _did_not_work(view, request, error),
        Exception: lambda request, error: view.message("An unexpected error", repr(error), status=500),
        TooLarge: lambda request, error: view.message("This file is too large", "The most is 600 MiB.", status=413),
        HTTPException: lambda request, error: view.message("There is no such page", "", status=error.status_code),
    }
    app = Starlette(routes=_routes(view), exception_handlers=handlers)
    app.state.jobs = view.jobs
    return app


def _routes(view: View) -> list[Route]:
    starts, runs, actions, work = StartPages(view), RunPages(view), RunActions(view), DraftWork(view)
    sheets, columns, problems = SheetPages(view, work), ColumnPages(view, work), ProblemPages(view, work)
    return [
        Route("/static/{name}", _asset),
        Route("/", _shown(starts.start)),
        Route("/key", _posted(starts.use_key), methods=["POST"]),
        Route("/sheets", _posted(sheets.new), methods=["POST"]),
        Route("/sheets/{draft}", _shown(sheets.sheet)),
        Route("/sheets/{draft}/worksheet", _posted(sheets.choose_worksheet), methods=["POST"]),
        Route("/sheets/{draft}/header", _posted(sheets.choose_header), methods=["POST"]),
        Route("/sheets/{draft}/file", _shown(sheets.file)),
        Route("/sheets/{draft}/columns", _shown(columns.columns), methods=["GET"]),
        Route("/sheets/{draft}/columns", _posted(columns.save), methods=["POST"]),
        Route("/sheets/{draft}/problems", _shown(problems.problems)),
        Route("/sheets/{draft}/corrections", _posted(problems.correct), methods=["POST"]),
        Route("/sheets/{draft}/put-back", _posted(problems.put_back), methods=["POST"]),
        Route("/sheets/{draft}/preview", _posted(problems.preview), methods=["POST"]),
        Route("/export", _posted(starts.export), methods=["POST"]),
        Route("/template", _posted(starts.template), methods=["POST"]),
        Route("/sandbox", _posted(starts.start_over), methods=["POST"]),
        Route("/exports/{draft}", _shown(starts.exported)),
        Route("/exports/{draft}/file", _shown(starts.file)),
        Route("/runs", _shown(runs.list)),
        Route("/runs/{run}", _shown(runs.show)),
        Route("/runs/{run}/ticks", _posted(runs.tick), methods=["POST"]),
        Route("/runs/{run}/apply", _posted(actions.apply), methods=["POST"]),
        Route("/runs/{run}/put-back", _posted(actions.put_back), methods=["POST"]),
        Route("/runs/{run}/resume", _posted(actions.resume), methods=["POST"]),
        Route("/runs/{run}/undo", _posted(actions.undo), methods=["POST"]),
        Route("/runs/{run}/fix", _posted(runs.fix), methods=["POST"]),
        Route("/runs/{run}/results", _shown(runs.results)),
        Route("/runs/{run}/page", _shown(runs.page)),
        Route("/runs/{run}/plan", _shown(runs.plan)),
        Route("/job", _shown(lambda request: _job_page(view))),
        Route("/job.json", _shown(lambda request: _job_state(view))),
        Route("/job/stop", _posted(lambda request, form: _stop(view)), methods=["POST"]),
    ]


def _did_not_work(view: View, request: Request, error: CampfireSyncError) -> Response:
    links = [*_back(request), ("Start", "/")]
    return view.message("That did not work", sentence(error.in_app), links, status=400)


def _back(request: Request) -> list[tuple[str, str]]:
    """The page of the app from which the person came."""
    page = urlsplit(request.headers.get("referer", ""))
    came_from = page._replace(scheme="", netloc="").geturl()
    is_ours = page.netloc == request.url.netloc and (request.method == "POST" or page.path != request.url.path)
    return [("Back", came_from)] if is_ours else []


def _templates() -> Environment:
    environment = Environment(loader=PackageLoader("sync.app"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "visible": visible,
        "sentence": sentence,
        "counted": counted,
        "remedy_here": remedy_here,
    }
    return environment


def _shown(page: Callable[[Request], Response]) -> Handler:
    """A page that is only looked at, made in a thread: it reads files and the journal."""

    async def handle(request: Request) -> Response:
        return await run_in_threadpool(page, request)

    return handle


def _posted(action: Callable[[Request, FormData], Response]) -> Handler:
    """What a form does, in a thread."""

    async def handle(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=20_000) as form:
            return await run_in_threadpool(action, request, form)

    return handle


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "status.css":
        return Response(_status_css(), media_type="text/css")
    if name not in _ASSETS:
        raise HTTPException(404)
    return Response(_asset_text(name), media_type=_ASSETS[name])


@cache
def _asset_text(name: str) -> str:
    return files("sync.app").joinpath("static", name).read_text(encoding="utf-8")


def _status_css() -> str:
    """The colours of the statuses, from their table."""
    rules = (f".status.{s.key} {{ background: #{s.facts.fill}; color: #{s.facts.ink}; }}\n" for s in Status)
    return "".join(rules)


def _job_page(view: View) -> Response:
    job = view.jobs.current
    if job is None:
        return RedirectResponse("/", 303)
    if job.ended:
        return RedirectResponse(_next(job), 303)
    return view.page("job.html", job=job, step=job.step, sandbox=job.sandbox)


def _job_state(view: View) -> Response:
    job = view.jobs.current
    if job is None:
        return JSONResponse({"next": "/"})
    more = {"stopping": job.stop.is_set, "next": _next(job) if job.ended else None}
    return JSONResponse(job.recorder.snapshot() | more)


def _next(job: Job) -> str:
    return job.then(job)


def _stop(view: View) -> Response:
    view.jobs.interrupt()
    return RedirectResponse("/job", 303)
