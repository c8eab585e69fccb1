"""What is done with a sheet before a run: read it, check it, correct it in a copy, preview it.

Each is a command that runs in the background, and leads to the page that shows what it has found.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.cells import choices_of_cells
from sync.app.drafts import Draft
from sync.app.jobs import RESUMABLE, Job, Recorder
from sync.app.looked import Looked, look, records_of
from sync.app.preview_files import preview_files
from sync.app.run_words import in_words
from sync.app.steps import PREVIEW, PROBLEMS, SHEET
from sync.app.view import Checked, View
from sync.commands.check import check_keeping_rows
from sync.commands.run import run
from sync.commands.suggest import ignored_in_force
from sync.contract.resource import Resource
from sync.mapping.load import resource_of
from sync.model import Problem
from sync.sheet import read
from sync.sheet.corrected import write_corrected
from sync.status import Status
from sync.stop import StopSignal

_MOST_REPEATED = 5  # texts that are offered to be corrected at once
Command = Callable[[StopSignal, Recorder], object]


class DraftWork:
    """The commands on the sheets in work."""

    def __init__(self, view: View) -> None:
        self._view = view

    def draft(self, request: Request) -> Draft:
        """The sheet that an address names.

        Raises:
            CannotStart: there is none.
        """
        return self._view.drafts.get(request.path_params["draft"])

    def mapping(self, draft: Draft) -> Path | None:
        """The mapping that was chosen for the sheet; None where none was, or the file has gone."""
        path = Path(draft.mapping)
        return path if draft.mapping and path.is_file() else None

    def resource(self, draft: Draft) -> Resource:
        """What the sheet is for: as the mapping that was chosen for it says, else as the one in force."""
        path = self.mapping(draft)
        return resource_of(path) if path else self._view.resource

    def looked(self, draft: Draft, worksheet: str) -> Looked | None:
        """What is known of the sheet; None where it must be read first."""
        known = self._view.looked.get((draft.id, draft.file, worksheet))
        return known or (self.read(draft, worksheet) if self._view.jobs.busy else None)

    def read(self, draft: Draft, worksheet: str) -> Looked:
        """Read the sheet for the pages."""
        looked = look(draft.path, worksheet, self.resource(draft), ignored_in_force(self._view.settings))
        self._view.looked[draft.id, draft.file, worksheet] = looked
        return looked

    def reading(self, draft: Draft, worksheet: str, address: str) -> Response:
        """Read the sheet, and go to the page that needs it."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            recorder.stage = "reading the sheet"
            return self.read(draft, worksheet)

        return self._start_reading(draft, command, address)

    def check(self, draft: Draft, error: str = "") -> Response:
        """Check the rows, and show their problems; above them what went wrong just before."""
        return self._start_check(draft, lambda stop, recorder: self._checked(draft, recorder), error)

    def correct(self, draft: Draft, texts: dict[tuple[int, str], str], left_out: Iterable[int]) -> Response:
        """Make the copy anew from the original, and check it."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            self._write_copy(draft, texts, left_out, recorder)
            return self._checked(draft, recorder)

        return self._start_check(draft, command)

    def correct_and_preview(self, draft: Draft, texts: dict[tuple[int, str], str], left_out: Iterable[int]) -> Response:
        """Make the copy anew from the original, and work out what it would change."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            self._write_copy(draft, texts, left_out, recorder)
            return self._previewed(draft, stop, recorder)

        return self._start_preview(draft, command)

    def take_header(self, draft: Draft, row: int) -> Response:
        """Take this row for the header, in a copy without what stands above it."""

        def command(stop: StopSignal, recorder: Recorder) -> object:
            draft.header_row = row if row > 1 else 0  # nothing stands above the first row
            draft.mapping = ""  # it was for other headers
            draft.corrections, draft.left_out = [], []
            self._write_copy(draft, {}, (), recorder)
            return self.read(draft, draft.sheet)

        return self._start_reading(draft, command, f"/sheets/{draft.id}")

    def preview(self, draft: Draft) -> Response:
        """Work out what would change, without sending anything."""
        return self._start_preview(draft, lambda stop, recorder: self._previewed(draft, stop, recorder))

    # --- the commands themselves ---

    def _checked(self, draft: Draft, recorder: Recorder) -> object:
        recorder.stage = "checking the rows"
        self._view.checked.pop(draft.id, None)
        result, validation = check_keeping_rows(draft.path, self._view.of(draft), recorder)
        counts = result.run.counts
        self._view.checked[draft.id] = Checked(
            rows=sum(counts.values()),
            invalid=counts[Status.INVALID],
            problems=recorder.problems,
            count=recorder.problem_count,
            warnings=[in_words(warning) for warning in result.run.facts.warnings],
            repeated=_repeated(recorder.problems, validation.id_header),
            choices=choices_of_cells(result.run.facts),
            records=dict(records_of(validation, {problem.row for problem in recorder.problems})),
        )
        return result

    def _write_copy(
        self, draft: Draft, texts: dict[tuple[int, str], str], left_out: Iterable[int], recorder: Recorder
    ) -> None:
        """Make the copy anew from the original; where nothing is left to correct, go back to the original."""
        recorder.stage = "writing the corrected copy"
        rows = sorted(left_out)
        file = draft.original
        if texts or rows or draft.header_row:
            file = draft.free_name()
            original = read(draft.original_path, sheet=draft.sheet, header_row=draft.header_row)
            draft.sheet = original.name  # the copy is for this worksheet, also where it was taken without its name
            write_corrected(original, texts, draft.folder / file, rows)
        draft.file = file
        draft.corrections = [(row, header, text) for (row, header), text in sorted(texts.items())]
        draft.left_out = rows
        draft.preview_is_old = True
        draft.save()
        self._view.checked.pop(draft.id, None)

    def _previewed(self, draft: Draft, stop: StopSignal, recorder: Recorder) -> object:
        if draft.sandbox:
            self._view.sandbox.begin()
        recorder.on_run = lambda preview: self._take_over(draft, preview)
        with preview_files(draft.folder, self._view.of(draft), recorder) as settings:
            return run(draft.path, settings, True, stop, recorder)

    def _take_over(self, draft: Draft, preview: str) -> None:
        """Make a preview that has just begun the sheet's own; it may be stopped or killed before its last row.

        What was unticked in the one before stays so: the rows of a copy have the same numbers.
        """
        if unticked := self._view.ticks.unticked(draft.preview):
            self._view.ticks.save(preview, unticked)
        draft.preview, draft.preview_is_old = preview, False
        draft.save()

    # --- where they lead ---

    def _start_reading(self, draft: Draft, command: Command, address: str) -> Response:
        then = self._or_error(draft, "", lambda job: address)
        return self._view.start("Reading the sheet", command, then, SHEET, draft.sandbox, stopping="")

    def _start_check(self, draft: Draft, command: Command, error: str = "") -> Response:
        return self._start_rows(draft, "Checking the rows", command, self._to_problems(draft, error), PROBLEMS)

    def _start_preview(self, draft: Draft, command: Command) -> Response:
        then = self._or_error(draft, "/problems", lambda job: f"/runs/{job.run}")
        return self._start_rows(draft, "Working out what would change", command, then, PREVIEW)

    def _start_rows(
        self, draft: Draft, title: str, command: Command, then: Callable[[Job], str], step: int
    ) -> Response:
        """Start what needs the columns. Where another window has taken another worksheet or header, they come first."""
        if not draft.mapping:
            return RedirectResponse(f"/sheets/{draft.id}/columns", 303)
        stopping = RESUMABLE if step == PREVIEW else ""
        return self._view.start(title, command, then, step, draft.sandbox, stopping)

    def _to_problems(self, draft: Draft, earlier: str) -> Callable[[Job], str]:
        """The problems; where nothing could be checked, the columns, which tell why."""

        def then(job: Job) -> str:
            error = without_name(draft, job.error.in_app) if job.error else earlier
            if not error:
                return f"/sheets/{draft.id}/problems"
            page = "problems" if draft.id in self._view.checked else "columns"
            return f"/sheets/{draft.id}/{page}?error={quote(error)}"

        return then

    def _or_error(self, draft: Draft, page: str, then: Callable[[Job], str]) -> Callable[[Job], str]:
        """Where a command leads; where it did nothing, a page of the sheet that says why."""

        def address(job: Job) -> str:
            if job.run or not job.error:
                return then(job)
            return f"/sheets/{draft.id}{page}?error={quote(without_name(draft, job.error.in_app))}"

        return address


def _repeated(problems: Iterable[Problem], id_header: str) -> list[tuple[str, str, int]]:
    """The columns and texts of faulty cells that several rows have alike. An id is each row's own."""
    cells = Counter((each.column, each.value) for each in problems if each.value and each.column != id_header)
    return [(column, text, rows) for (column, text), rows in cells.most_common(_MOST_REPEATED) if column and rows > 1]


def without_name(draft: Draft, refusal: str) -> str:
    """A refusal without the name of the file, or of the one that it is a copy of: the page has it as its title."""
    return refusal.removeprefix(f"{draft.path.name}: ").removeprefix(f"{draft.original}: ")
