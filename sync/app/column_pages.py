"""The step “Columns”: which column is which field, saved as a mapping file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.columns import (
    Difference,
    are_the_same,
    choices_of,
    column_lines,
    differences,
    fault_in,
    field_choices,
    id_doubt,
    more_than_shown,
    saved_choices,
    wrong_ids,
)
from sync.app.draft_work import DraftWork
from sync.app.drafts import Draft
from sync.app.looked import Looked
from sync.app.steps import COLUMNS
from sync.app.view import View
from sync.commands.suggest import reference_of
from sync.contract.mapping import CLEAR, Mapping
from sync.errors import CannotStart
from sync.mapping.draft import Choices, written
from sync.mapping.load import load as load_mapping
from sync.model import Sheet
from sync.text import listed, sentence

_EXAMPLES = 3  # texts of a column that are not ids
_AT_A_GLANCE = 8  # columns that are shown although nothing about them is doubtful


class ColumnPages:
    """From a sheet that is read to one whose columns are known."""

    def __init__(self, view: View, work: DraftWork) -> None:
        self._view = view
        self._work = work

    def columns(self, request: Request) -> Response:
        """Which column is for which field: what was saved for such headers, else what is suggested."""
        draft = self._work.draft(request)
        looked = self._work.looked(draft, draft.sheet)
        if looked is None:
            return self._work.reading(draft, draft.sheet, request.url.path)
        if looked.sheet is None:
            return RedirectResponse(f"/sheets/{draft.id}", 303)
        known = self._known(draft, looked.sheet)
        chosen = saved_choices(known, looked.sheet) if known else None
        return self._page(draft, looked, known, chosen, request.query_params.get("error", ""))

    def save(self, request: Request, form: FormData) -> Response:
        """Save the choices as a mapping file, and check the rows by it. What is doubtful about them is asked first."""
        draft = self._work.draft(request)
        looked = self._work.looked(draft, draft.sheet) or self._work.read(draft, draft.sheet)
        if looked.sheet is None:
            return RedirectResponse(f"/sheets/{draft.id}", 303)
        known = self._known(draft, looked.sheet)
        choices = choices_of(looked.sheet, form, known)
        is_new = known is None or not are_the_same(saved_choices(known, looked.sheet), choices)
        fault = fault_in(choices) or (self._loss(draft, known) if known and is_new else "")
        if form.get("again"):
            return self._page(draft, looked, known, choices, is_open=True)
        if fault:
            return self._page(draft, looked, known, choices, sentence(fault))
        for doubt in self._doubts(draft, looked, known, choices):
            if doubt.kind not in form.getlist("sure"):
                return self._ask(draft, form, doubt)
        path = self._save(draft, looked.sheet, choices) if known is None or is_new else known.path
        if draft.mapping != str(path):
            draft.mapping, draft.preview_is_old = str(path), True
            draft.save()
        return self._work.check(draft)

    def _page(
        self,
        draft: Draft,
        looked: Looked,
        known: Mapping | None,
        chosen: Choices | None,
        error: str = "",
        is_open: bool = False,
    ) -> Response:
        """The page, with what was chosen so far; first what a person should look at, the rest folded unless open."""
        resource, sheet, suggestion = self._work.resource(draft), looked.sheet, looked.suggestion
        assert sheet is not None and suggestion is not None
        fields = field_choices(resource)
        lines = column_lines(looked, resource, chosen, known.clear if known else CLEAR)
        first = [line for line in lines if line["changed"] or not line["recognised"]]
        others = [line for line in lines if line not in first]
        return self._view.page(
            "columns.html",
            step=COLUMNS,
            draft=draft,
            sandbox=draft.sandbox,
            noun=resource.noun,
            headers=[header for header in sheet.headers if header],
            id_header=chosen.id_header if chosen else suggestion.id_header,
            id_doubt="" if known else id_doubt(suggestion, chosen),
            saved_for="this sheet" if draft.mapping else "sheets with these headers" if known else "",
            more=listed(more_than_shown(known, resource)) if known else "",
            first=first,
            others=others,
            is_open=is_open or bool(error) or len(others) <= _AT_A_GLANCE,
            fields=fields,
            targets={target for target, _ in fields},
            mapping=str(known.path if known else self._next(draft, sheet)),
            error=error,
        )

    def _save(self, draft: Draft, sheet: Sheet, choices: Choices) -> Path:
        """Save the choices in a new mapping file.

        Raises:
            MappingRefused: the file would have a mistake.
        """
        path = self._next(draft, sheet)
        self._view.mappings.save(path, written(choices, sheet, reference_of(self._work.resource(draft), path)))
        try:
            load_mapping(path)  # says what is wrong with it, by line
        except CannotStart:
            path.unlink()  # else the next sheet with these headers would begin with it
            raise
        return path

    def _loss(self, draft: Draft, known: Mapping) -> str:
        """What would be lost if other choices were saved; empty where nothing would."""
        more = more_than_shown(known, self._work.resource(draft))
        if not more:
            return ""
        return (
            f"the mapping file {known.path} says more than this page shows ({listed(more)}), and saving would lose "
            "it. Change the file in a text editor, and come back."
        )

    def _known(self, draft: Draft, sheet: Sheet) -> Mapping | None:
        """What was chosen: for this sheet, else the last time for a sheet with these headers."""
        path = self._work.mapping(draft) or self._view.mappings.latest(sheet.headers)
        return load_mapping(path) if path else None

    def _next(self, draft: Draft, sheet: Sheet) -> Path:
        return self._view.mappings.next(sheet.headers, draft.original)

    # --- what is asked before the choices are saved ---

    def _doubts(self, draft: Draft, looked: Looked, known: Mapping | None, choices: Choices) -> Iterator["_Doubt"]:
        resource = self._work.resource(draft)
        matches = known is not None and known.match  # then the id column holds the texts of another field
        wrong = [] if matches else wrong_ids(looked, choices.id_header)
        if wrong:
            better = looked.suggestion.id_header if looked.suggestion else ""
            instead = "" if better == choices.id_header else better
            many = resource.noun.many
            without = f" If no column holds the ids, export the {many} from the start page: that sheet has them."
            yield _Doubt(
                "id",
                f"The column “{choices.id_header}” does not seem to hold {resource.noun.one} ids",
                f"It holds texts such as {listed(f'“{text}”' for text in wrong[:_EXAMPLES])}. An id is a whole "
                f"number above 0, and a row without one is not sent.{'' if instead else without}",
                "Check the rows all the same",
                better=instead,
            )
        saved = saved_choices(known, looked.sheet) if known and looked.sheet else choices
        if changes := differences(saved, choices, resource):
            yield _Doubt(
                "changes",
                "You have changed saved choices",
                "The next sheet with these headers begins with the new choices. Previews and runs that were made with "
                f"the earlier ones keep those, in {known.path if known else ''}.",
                "Save the new choices and check the rows",
                tuple(changes),
            )

    def _ask(self, draft: Draft, form: FormData, doubt: "_Doubt") -> Response:
        fields = [(name, str(text)) for name, text in form.multi_items()]
        return self._view.page(
            "columns_doubt.html",
            step=COLUMNS,
            draft=draft,
            sandbox=draft.sandbox,
            doubt=doubt,
            fields=fields,
            without_id=[(name, text) for name, text in fields if name != "id"],
        )


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something about the choices that a person should look at before they are saved."""

    kind: str  # what the form says of it once the person is sure
    title: str
    text: str
    go_on: str  # what the button says that saves the choices all the same
    changes: tuple[Difference, ...] = ()
    better: str = ""  # the header of the column that seems to hold the ids
