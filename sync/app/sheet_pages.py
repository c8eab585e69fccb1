"""From a file to a preview: choose the sheet, say which column is which field, correct what is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.columns import choices_of, column_lines, field_choices, more_than_shown, says_the_same
from sync.app.drafts import Draft
from sync.app.jobs import Job, Recorder
from sync.app.looked import Looked, look
from sync.app.run_view import in_words, page_number
from sync.app.view import PER_PAGE, Checked, View, download
from sync.commands.check import check
from sync.commands.run import run
from sync.commands.suggest import reference_of, resource_in_force
from sync.contract.mapping import Mapping
from sync.contract.resource import Resource
from sync.errors import CannotStart
from sync.mapping.draft import written
from sync.mapping.load import load as load_mapping
from sync.model import Sheet
from sync.sheet import read
from sync.sheet.corrected import write_corrected
from sync.status import Status
from sync.stop import StopSignal


class SheetPages:
    """The pages before a run."""

    def __init__(self, view: View) -> None:
        self._view = view

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
        worksheet = request.query_params.get("worksheet", draft.sheet)
        looked = self._looked(draft, worksheet)
        if looked is None:
            return self._look(draft, worksheet, f"{request.url.path}?{request.url.query}")
        return self._view.page(
            "sheet.html",
            steps=1,
            draft=draft,
            sandbox=draft.sandbox,
            looked=looked,
            worksheet=looked.sheet.name if looked.sheet else worksheet,
            error=looked.error or request.query_params.get("error", ""),
        )

    def choose_worksheet(self, request: Request, form: FormData) -> Response:
        """Go on with this worksheet."""
        draft = self._draft(request)
        worksheet = str(form.get("worksheet", ""))
        if worksheet != draft.sheet:
            draft.sheet = worksheet
            draft.forget_corrections()
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}/columns", 303)

    def columns(self, request: Request) -> Response:
        """Which column is for which field: what was saved for such headers, else what is suggested."""
        draft = self._draft(request)
        looked = self._looked(draft, draft.sheet)
        if looked is None:
            return self._look(draft, draft.sheet, request.url.path)
        if looked.sheet is None or looked.suggestion is None:
            return RedirectResponse(f"/sheets/{draft.id}", 303)
        path, known = self._mapping(draft, looked.sheet)
        fields = field_choices(self._resource)
        return self._view.page(
            "columns.html",
            steps=2,
            draft=draft,
            sandbox=draft.sandbox,
            headers=[header for header in looked.sheet.headers if header],
            id_header=known.id_header if known else looked.suggestion.id_header,
            remembered=known is not None,
            more=", ".join(more_than_shown(known, self._resource)) if known else "",
            lines=column_lines(looked, self._resource, known),
            fields=fields,
            targets={target for target, _ in fields},
            mapping=str(path),
            error=request.query_params.get("error", ""),
        )

    def save_columns(self, request: Request, form: FormData) -> Response:
        """Save the mapping file and check the rows by it."""
        draft = self._draft(request)
        looked = self._looked(draft, draft.sheet) or self._read(draft, draft.sheet)
        if looked.sheet is None:
            return RedirectResponse(f"/sheets/{draft.id}", 303)
        path, known = self._mapping(draft, looked.sheet)
        choices = choices_of(looked.sheet, form, known)
        if known is None or not says_the_same(choices, known):
            if more := more_than_shown(known, self._resource) if known else []:
                raise CannotStart(
                    f"the mapping file {path} says more than this page shows ({', '.join(more)}), and saving would "
                    "lose it. Change the file in a text editor, and come back."
                )
            path = self._view.drafts.mapping_for(looked.sheet.headers, draft.original)
            self._view.drafts.save_mapping(path, written(choices, looked.sheet, reference_of(self._resource, path)))
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
        page = page_number(request.query_params)
        corrected = {(row, header) for row, header, _ in draft.corrections}
        problems = checked.problems[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = [problem.row for problem in problems]
        shown = [
            {
                "row": problem.row,
                "column": problem.column,
                "problem": problem.problem,
                "remedy": problem.remedy,
                "text": problem.value,
                "corrected": (problem.row, problem.column) in corrected,
                "first": index == 0 or rows[index - 1] != problem.row,
            }
            for index, problem in enumerate(problems)
        ]
        return self._view.page(
            "problems.html",
            steps=3,
            draft=draft,
            sandbox=draft.sandbox,
            checked=checked,
            problems=shown,
            page=page,
            pages=-(-len(checked.problems) // PER_PAGE),
            query="",
            error=request.query_params.get("error", ""),
        )

    def correct(self, request: Request, form: FormData) -> Response:
        """Write a copy with the cells that were changed and without the rows that were left out, and check that."""
        draft = self._draft(request)
        texts = {(row, header): text for row, header, text in draft.corrections}
        for cell, was, text in zip(form.getlist("cell"), form.getlist("was"), form.getlist("text"), strict=True):
            number, _, header = str(cell).partition("|")
            if number.isdecimal() and _typed(text) != _typed(was):
                texts[int(number), header] = _typed(text)
        left_out = {*draft.left_out, *(int(str(row)) for row in form.getlist("leave"))}
        return self._corrected(draft, texts, left_out)

    def put_back(self, request: Request, form: FormData) -> Response:
        """Take the rows that were left out in again."""
        draft = self._draft(request)
        return self._corrected(draft, {(row, header): text for row, header, text in draft.corrections}, set())

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

        return self._view.start(
            "Working out what would change", command, self._to_run(f"/sheets/{draft.id}/problems"), 4
        )

    # --- steps that several pages take ---

    def _draft(self, request: Request) -> Draft:
        return self._view.drafts.get(request.path_params["draft"])

    @property
    def _resource(self) -> Resource:
        return resource_in_force(self._view.settings)

    def _looked(self, draft: Draft, worksheet: str) -> Looked | None:
        """What is known of the sheet; None where it must be read first."""
        known = self._view.looked.get((draft.id, draft.file, worksheet))
        return known or (self._read(draft, worksheet) if self._view.jobs.busy else None)

    def _read(self, draft: Draft, worksheet: str) -> Looked:
        looked = look(draft.path, worksheet, self._resource)
        self._view.looked[draft.id, draft.file, worksheet] = looked
        return looked

    def _look(self, draft: Draft, worksheet: str, address: str) -> Response:
        """Read the sheet, and show the page that needs it."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            recorder.stage = "reading the sheet"
            return self._read(draft, worksheet)

        return self._view.start("Reading the sheet", command, self._to(address, draft), step=1)

    def _mapping(self, draft: Draft, sheet: Sheet) -> tuple[Path, Mapping | None]:
        """The mapping file for a sheet with these headers, and what it says if there is one.

        The next round of a run begins with that run's own mapping.
        """
        saved = self._view.drafts.mapping_for(sheet.headers, draft.original)
        of_run = Path(draft.mapping) if draft.mapping else saved
        path = saved if saved.exists() else of_run
        return (path, load_mapping(path)) if path.exists() else (saved, None)

    def _corrected(self, draft: Draft, texts: dict[tuple[int, str], str], left_out: set[int]) -> Response:
        """Make the copy anew from the original, and check it."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            recorder.stage = "writing the corrected copy"
            draft.file = draft.original
            if texts or left_out:
                name = draft.free_name()
                original = read(draft.original_path, sheet=draft.sheet)
                write_corrected(original, texts, draft.folder / name, left_out)
                draft.file = name
            draft.corrections = [(row, header, text) for (row, header), text in sorted(texts.items())]
            draft.left_out = sorted(left_out)
            draft.save()
            return self._checked(draft, recorder)

        return self._view.start("Checking the rows", command, self._to_problems(draft), step=3)

    def _check(self, draft: Draft) -> Response:
        return self._view.start(
            "Checking the rows", lambda stop, recorder: self._checked(draft, recorder), self._to_problems(draft), step=3
        )

    def _checked(self, draft: Draft, recorder: Recorder) -> object:
        recorder.stage = "checking the rows"
        self._view.checked.pop(draft.id, None)
        result = check(draft.path, self._view.of(draft), recorder)
        warnings = [in_words(warning) for warning in result.run.facts.warnings]
        counts = result.run.counts
        checked = Checked(
            sum(counts.values()), counts[Status.INVALID], recorder.problems, recorder.problem_count, warnings
        )
        self._view.checked[draft.id] = checked
        return result

    def _to_problems(self, draft: Draft) -> Callable[[Job], str]:
        """The problems; where nothing could be checked, the columns, which tell why."""

        def then(job: Job) -> str:
            if not job.error:
                return f"/sheets/{draft.id}/problems"
            page = "problems" if draft.id in self._view.checked else "columns"
            return f"/sheets/{draft.id}/{page}?error={quote(str(job.error))}"

        return then

    def _to(self, address: str, draft: Draft) -> Callable[[Job], str]:
        return lambda job: f"/sheets/{draft.id}?error={quote(str(job.error))}" if job.error else address

    def _to_run(self, otherwise: str) -> Callable[[Job], str]:
        """The page of the run that a command made; where it made none, a page that says why."""
        return lambda job: f"/runs/{job.run}" if job.run else f"{otherwise}?error={quote(str(job.error))}"


def _typed(text: object) -> str:
    """A text as a person typed it: forms send line breaks as CRLF."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n")
