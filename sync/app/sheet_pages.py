"""From a file to a preview: choose the sheet, say which column is which field, correct what is wrong."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.columns import column_lines, field_choices, mapping_text
from sync.app.drafts import Draft
from sync.app.jobs import Job, Recorder
from sync.app.view import PER_PAGE, XLSX, Checked, View, download
from sync.commands.check import check
from sync.commands.export import export, template
from sync.commands.run import run
from sync.contract.load import load as load_resource
from sync.contract.resource import Resource
from sync.errors import CampfireSyncError, CannotStart
from sync.mapping.load import load as load_mapping
from sync.mapping.suggest import suggest
from sync.model import Sheet
from sync.sheet import read, worksheets
from sync.sheet.corrected import write_corrected
from sync.stop import StopSignal

FIRST_ROWS = 5


class SheetPages:
    """The pages before a run."""

    def __init__(self, view: View) -> None:
        self._view = view

    def start(self, request: Request) -> Response:
        """Choose a file, or get one."""
        view = self._view
        drafts = view.drafts.recent()
        return view.page(
            "start.html", here="start", steps=1, drafts=drafts, has_key=view.has_key, base_url=view.base_url,
            error=request.query_params.get("error", ""),
        )  # fmt: skip

    def use_key(self, request: Request, form: FormData) -> Response:
        """Keep the key in memory, for as long as the app runs."""
        os.environ["CAMPFIRE_API_KEY"] = str(form.get("key", "")).strip()
        return RedirectResponse("/", 303)

    def new(self, request: Request, form: FormData) -> Response:
        """Take the file that was chosen."""
        upload = form.get("file")
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise CannotStart("choose a spreadsheet file first.")
        draft = self._view.drafts.new(upload.filename, upload.file)
        draft.sandbox = form.get("sandbox") == "yes"
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}", 303)

    def sheet(self, request: Request) -> Response:
        """The worksheet and its first rows."""
        draft = self._draft(request)
        chosen = request.query_params.get("worksheet", draft.sheet)
        names: list[str] = []
        table, error = None, request.query_params.get("error", "")
        try:
            names = worksheets(draft.path)
            sheet = read(draft.path, sheet=chosen if names else "")
            rows = [(row.number, row.cells) for _, row in zip(range(FIRST_ROWS), sheet.rows, strict=False)]
            table = {"headers": sheet.headers, "header_row": sheet.header_row, "count": len(sheet.rows), "rows": rows}
            chosen = sheet.name
        except CampfireSyncError as refusal:
            error = str(refusal)
        return self._view.page(
            "sheet.html", steps=1, draft=draft, sandbox=draft.sandbox, worksheets=names, worksheet=chosen, table=table,
            error=error,
        )  # fmt: skip

    def choose_worksheet(self, request: Request, form: FormData) -> Response:
        """Go on with this worksheet."""
        draft = self._draft(request)
        draft.sheet = str(form.get("worksheet", ""))
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}/columns", 303)

    def columns(self, request: Request) -> Response:
        """Which column is for which field: what was saved for such headers, else what is suggested."""
        draft = self._draft(request)
        sheet, resource = self._read(draft), self._resource
        path = self._view.drafts.mapping_for(sheet.headers, draft.original)
        known = load_mapping(path) if path.exists() else None
        suggestion = suggest(sheet, resource)
        fields = field_choices(resource)
        return self._view.page(
            "columns.html",
            steps=2,
            draft=draft,
            sandbox=draft.sandbox,
            headers=[header for header in sheet.headers if header],
            id_header=known.id_header if known else suggestion.id_header,
            remembered=known is not None,
            lines=column_lines(sheet, resource, suggestion, known),
            fields=fields,
            targets={target for target, _ in fields},
            mapping=str(path),
        )

    def save_columns(self, request: Request, form: FormData) -> Response:
        """Save the mapping file and check the rows by it."""
        draft = self._draft(request)
        sheet = self._read(draft)
        path = self._view.drafts.mapping_for(sheet.headers, draft.original)
        self._view.drafts.save_mapping(path, mapping_text(sheet, form))
        load_mapping(path)  # says what is wrong with it, by line
        draft.mapping = str(path)
        draft.save()
        return self._check(draft)

    def problems(self, request: Request) -> Response:
        """What the check found, with each faulty cell to be corrected where it is shown."""
        draft = self._draft(request)
        checked = self._view.checked.get(draft.id)
        if checked is None:
            return self._check(draft)
        page = max(int(request.query_params.get("page", "1")), 1)
        texts = {(int(row), header): text for row, header, text in draft.corrections}
        shown = [
            {
                "row": problem.row,
                "column": problem.column,
                "problem": problem.problem,
                "remedy": problem.remedy,
                "text": texts.get((problem.row, problem.column), problem.value),
                "corrected": (problem.row, problem.column) in texts,
            }
            for problem in checked.problems[(page - 1) * PER_PAGE : page * PER_PAGE]
        ]
        pages = -(-len(checked.problems) // PER_PAGE)
        return self._view.page(
            "problems.html", steps=3, draft=draft, sandbox=draft.sandbox, rows=checked.rows, invalid=checked.invalid,
            warnings=checked.warnings, problems=shown, page=page, pages=pages, query="",
            error=request.query_params.get("error", ""),
        )  # fmt: skip

    def correct(self, request: Request, form: FormData) -> Response:
        """Write a copy with the cells that were changed, and check that."""
        draft = self._draft(request)
        sheet = self._read(draft)
        cells_of = {row.number: dict(zip(sheet.headers, row.cells, strict=False)) for row in sheet.rows}
        changed: dict[tuple[int, str], str] = {}
        for cell, text in zip(form.getlist("cell"), form.getlist("text"), strict=True):
            number, _, header = str(cell).partition("|")
            cells = cells_of.get(int(number), {}) if number.isdecimal() else {}
            if header in cells and cells[header] != text:
                changed[int(number), header] = str(text)
        if changed:
            name = self._free_name(draft)
            write_corrected(sheet, changed, draft.folder / name)
            draft.file = name
            draft.save()
        return self._check(draft)

    def file(self, request: Request) -> Response:
        """The sheet's file as it is now."""
        return download(self._draft(request).path, "application/octet-stream")

    def preview(self, request: Request, form: FormData) -> Response:
        """Work out what would change, without sending anything."""
        draft = self._draft(request)
        names = {kind: draft.folder / f"preview.{kind}" for kind in ("html", "plan")}
        for path in names.values():
            path.unlink(missing_ok=True)
        settings = replace(self._view.of(draft), html=names["html"], plan=names["plan"])

        def command(stop: StopSignal, recorder: Recorder) -> object:
            result = run(draft.path, settings, True, stop, recorder)
            for kind, path in names.items():
                if path.exists():
                    path.rename(draft.folder / f"preview-{recorder.run}.{kind}")
            return result

        return self._view.start("Working out what would change", command, self._to_run(f"/sheets/{draft.id}/problems"))

    def export(self, request: Request, form: FormData) -> Response:
        """The customers as they are now, as a file to edit."""
        folder = self._view.drafts.folder_for_export()
        settings = replace(self._view.settings, sandbox=form.get("sandbox") == "yes")
        totals = form.get("totals") == "yes"
        path = folder / "customers.xlsx"

        def command(stop: StopSignal, recorder: Recorder) -> object:
            return export(path, settings, None, totals, stop, recorder)

        return self._view.start("Reading the customers", command, lambda job: self._exported(job, folder))

    def template(self, request: Request, form: FormData) -> Response:
        """The headers alone, as a file to fill in."""
        folder = self._view.drafts.folder_for_export()
        template(folder / "customers.xlsx", self._view.settings)
        return RedirectResponse(f"/exports/{folder.name}", 303)

    def exported(self, request: Request) -> Response:
        """A file that was exported."""
        return download(self._view.drafts.exported(request.path_params["draft"]), XLSX)

    # --- steps that several pages take ---

    def _exported(self, job: Job, folder: Path) -> str:
        return f"/?error={quote(str(job.error))}" if job.error else f"/exports/{folder.name}"

    def _draft(self, request: Request) -> Draft:
        return self._view.drafts.get(request.path_params["draft"])

    @property
    def _resource(self) -> Resource:
        return load_resource()

    def _read(self, draft: Draft) -> Sheet:
        return read(draft.path, sheet=draft.sheet)

    def _check(self, draft: Draft) -> Response:
        settings = self._view.of(draft)

        def command(stop: StopSignal, recorder: Recorder) -> object:
            result = check(draft.path, settings, recorder)
            rows = sum(result.run.counts.values())
            invalid = len({problem.row for problem in recorder.problems})
            warnings = [warning.with_rows for warning in result.run.facts.warnings]
            self._view.checked[draft.id] = Checked(rows, invalid, recorder.problems, warnings)
            return result

        return self._view.start("Checking the rows", command, self._to(f"/sheets/{draft.id}/problems", draft))

    def _to(self, address: str, draft: Draft) -> Callable[[Job], str]:
        return lambda job: f"/sheets/{draft.id}?error={quote(str(job.error))}" if job.error else address

    def _to_run(self, otherwise: str) -> Callable[[Job], str]:
        """The page of the run that a command made; where it made none, a page that says why."""
        return lambda job: f"/runs/{job.run}" if job.run else f"{otherwise}?error={quote(str(job.error))}"

    def _free_name(self, draft: Draft) -> str:
        stem, ending = Path(draft.original).stem, Path(draft.original).suffix
        ending = ".csv" if ending.lower() == ".tsv" else ending
        names = (f"{stem}.corrected{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))
        return next(name for name in names if not (draft.folder / name).exists())
