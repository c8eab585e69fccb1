"""The step “Problems”: what the check found, corrected in a copy where it is shown; then the preview."""

from itertools import groupby

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sync.app.draft_work import DraftWork
from sync.app.drafts import Draft
from sync.app.run_rows import page_number
from sync.app.steps import PROBLEMS
from sync.app.view import PER_PAGE, View
from sync.errors import CannotStart


class ProblemPages:
    """From a sheet whose columns are known to its preview."""

    def __init__(self, view: View, work: DraftWork) -> None:
        self._view = view
        self._work = work

    def problems(self, request: Request) -> Response:
        """What the check found, with each faulty cell to be corrected where it is shown."""
        draft = self._work.draft(request)
        checked = self._view.checked.get(draft.id)
        if checked is None or not draft.mapping:
            return self._work.check(draft, request.query_params.get("error", ""))
        page = page_number(request.query_params)
        problems = checked.problems[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = [(number, list(of_row)) for number, of_row in groupby(problems, key=lambda problem: problem.row)]
        return self._view.page(
            "problems.html",
            step=PROBLEMS,
            draft=draft,
            sandbox=draft.sandbox,
            noun=self._work.resource(draft).noun,
            checked=checked,
            rows=[(number, *checked.records.get(number, ("", "")), of_row) for number, of_row in rows],
            corrected={(row, header) for row, header, _ in draft.corrections},
            page=page,
            pages=-(-len(checked.problems) // PER_PAGE),
            query="",
            error=request.query_params.get("error", ""),
        )

    def correct(self, request: Request, form: FormData) -> Response:
        """Write a copy with the cells that were changed and without the rows that were left out.

        It is checked, or previewed again where the form was a preview's.
        """
        draft = self._work.draft(request)
        texts = {(row, header): text for row, header, text in draft.corrections}
        texts |= self._everywhere(draft, form)
        for cell, was, text in zip(form.getlist("cell"), form.getlist("was"), form.getlist("text"), strict=True):
            number, _, header = str(cell).partition("|")
            if number.isdecimal() and _typed(text) != _typed(was):
                texts[int(number), header] = _typed(text)
        left_out = {*draft.left_out, *(int(str(row)) for row in form.getlist("leave"))}
        if form.get("then") == "preview":
            return self._work.correct_and_preview(draft, texts, left_out)
        return self._work.correct(draft, texts, left_out)

    def _everywhere(self, draft: Draft, form: FormData) -> dict[tuple[int, str], str]:
        """What was typed for all rows that have the same faulty text in a column.

        Raises:
            CannotStart: the problems are those of another session of the app.
        """
        same = zip(form.getlist("same-column"), form.getlist("same-value"), form.getlist("same-text"), strict=True)
        typed = {(str(column), _typed(value)): _typed(text) for column, value, text in same if _typed(text)}
        checked = self._view.checked.get(draft.id)
        if typed and checked is None:
            raise CannotStart("the app was closed since it showed these problems. Go back to them, and type it again.")
        problems = checked.problems if checked else []
        cells = {(each.row, each.column): typed.get((each.column, each.value)) for each in problems}
        return {cell: text for cell, text in cells.items() if text is not None}

    def put_back(self, request: Request, form: FormData) -> Response:
        """Take in again the rows that were left out."""
        draft = self._work.draft(request)
        return self._work.correct(draft, {(row, header): text for row, header, text in draft.corrections}, ())

    def preview(self, request: Request, form: FormData) -> Response:
        """Work out what would change, without sending anything."""
        return self._work.preview(self._work.draft(request))


def _typed(text: object) -> str:
    """A text as a person typed it: forms send line breaks as CRLF."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n")
