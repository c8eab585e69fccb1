"""The steps of the loop, with links to those that a person can go back to."""

from typing import NamedTuple

from sync.app.drafts import Draft

NAMES = ("Sheet", "Columns", "Problems", "Preview", "Send", "Done")
SHEET, COLUMNS, PROBLEMS, PREVIEW, SEND, DONE = range(1, len(NAMES) + 1)


class Step(NamedTuple):
    """A step as the head of a page shows it."""

    name: str
    address: str  # empty where there is no page to go to
    is_current: bool


def steps(current: int, draft: Draft | None, preview: str) -> list[Step]:
    """All steps.

    Args:
        current: the page's own step, from 1; 0 for a page outside the loop, which shows no steps.
        draft: the sheet; None before there is one, or where the app has not kept it.
        preview: the id of the run that is the preview; empty where there is none, or it is out of date.
    """
    addresses = {**_of_draft(draft), PREVIEW: f"/runs/{preview}" if preview else ""}
    return [
        Step(name, "" if number == current else addresses.get(number, ""), number == current)
        for number, name in enumerate(NAMES if current else (), start=1)
    ]


def _of_draft(draft: Draft | None) -> dict[int, str]:
    if draft is None:
        return {}
    sheet = f"/sheets/{draft.id}"
    mapped = {COLUMNS: f"{sheet}/columns", PROBLEMS: f"{sheet}/problems"} if draft.mapping else {}
    return {SHEET: sheet, **mapped}
