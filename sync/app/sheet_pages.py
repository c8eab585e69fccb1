"""The step “Sheet”: the file, its worksheet, and the row that is the header."""

from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sync.app.draft_work import DraftWork, without_name
from sync.app.steps import SHEET
from sync.app.view import View, download
from sync.errors import CannotStart


class SheetPages:
    """From a file that was chosen to the sheet that is read."""

    def __init__(self, view: View, work: DraftWork) -> None:
        self._view = view
        self._work = work

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
        draft = self._work.draft(request)
        worksheet = request.query_params.get("worksheet", draft.sheet)
        looked = self._work.looked(draft, worksheet)
        if looked is None:
            return self._work.reading(draft, worksheet, f"{request.url.path}?{request.url.query}")
        return self._view.page(
            "sheet.html",
            step=SHEET,
            draft=draft,
            sandbox=draft.sandbox,
            looked=looked,
            worksheet=looked.sheet.name if looked.sheet else worksheet,
            error=("" if looked.header_row else without_name(draft, looked.error))
            or request.query_params.get("error", ""),
        )

    def choose_worksheet(self, request: Request, form: FormData) -> Response:
        """Go on with this worksheet."""
        draft = self._work.draft(request)
        draft.choose_worksheet(str(form.get("worksheet", "")))
        draft.save()
        return RedirectResponse(f"/sheets/{draft.id}/columns", 303)

    def choose_header(self, request: Request, form: FormData) -> Response:
        """Take another row for the header, in a copy without what stands above it."""
        draft = self._work.draft(request)
        row, worksheet = str(form.get("row", "")), str(form.get("worksheet", ""))
        if not row.isdecimal() or not 0 < len(row) < 8:
            error = {
                "worksheet": worksheet,
                "error": f"“{row}” is not the number of a row. Type it as the sheet shows it.",
            }
            return RedirectResponse(f"/sheets/{draft.id}?{urlencode(error)}", 303)
        draft.choose_worksheet(worksheet)
        return self._work.take_header(draft, int(row))

    def file(self, request: Request) -> Response:
        """The sheet's file as it is now."""
        return download(self._work.draft(request).path, "application/octet-stream")
