"""What became of a row: one table, and everything that depends on a status is in its line.

The terminal, the JSON object, the preview page, its style sheet, the workbook and the docs read it. A new status is a
line here, the code that decides it, and a paragraph in docs/outcomes.md.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A line of the table."""

    word: str  # as a person reads it; JSON has an underscore for the blank
    meaning: str  # in the Summary
    remedy: str = ""  # what to do about such a row, where it has no problem of its own; `{run}` is the run's id
    undo_meaning: str = ""  # the same two in an undo, where they differ
    undo_remedy: str = ""
    check_meaning: str = ""  # in a check, where it differs
    stored: bool = True  # the journal keeps it as the state in which a row ends
    counted: bool = False  # the row's totals count in the control totals
    bad: bool = False  # the command exits with 1
    fixable: bool = False  # the row is in “To fix”
    resumable: bool = False  # `resume` tries the row again
    settled: bool = False  # nothing of the row needs a look, so the preview page only counts it
    terminal: str = ""  # the colour on a terminal
    fill: str  # of a cell, RGB in hexadecimal
    ink: str  # of its text
    bar: str  # of the chart


class Status(str, Enum):  # noqa: UP042 (a StrEnum takes no members but plain texts)
    """The status of a row. Every row of the input has exactly one."""

    facts: Facts

    def __new__(cls, facts: Facts) -> "Status":
        """A member that is its word, and knows its line of the table."""
        member = str.__new__(cls, facts.word)
        member._value_ = facts.word
        member.facts = facts
        return member

    def __str__(self) -> str:
        return str(self.value)

    UPDATED = Facts(
        word="updated",
        meaning="The API took it, and its answer holds what was sent.",
        counted=True,
        terminal="green",
        fill="C6EFCE",
        ink="0B5D1E",
        bar="4CAF6D",
    )
    UNCHANGED = Facts(
        word="unchanged",
        meaning="Nothing to send: the record already holds these values.",
        counted=True,
        settled=True,
        fill="E7E9ED",
        ink="44505F",
        bar="A0A9B5",
    )
    WOULD_UPDATE = Facts(
        word="would update",
        meaning="A run would send it. Nothing has been sent yet.",
        stored=False,
        counted=True,
        terminal="cyan",
        fill="D6E6F7",
        ink="1F4E78",
        bar="5B9BD5",
    )
    INVALID = Facts(
        word="invalid",
        meaning="Something in the sheet is wrong. Not sent. Correct it in To fix.",
        bad=True,
        fixable=True,
        terminal="red",
        fill="FFC7CE",
        ink="9C0006",
        bar="E05D6B",
    )
    REJECTED = Facts(
        word="rejected",
        meaning="The API said no. Its words are in Results.",
        remedy="Correct the row in To fix, save, and run this workbook.",
        undo_remedy="Put it back by hand in Campfire.",
        bad=True,
        fixable=True,
        terminal="red",
        fill="F8CBAD",
        ink="843C0C",
        bar="ED7D31",
    )
    FAILED = Facts(
        word="failed",
        meaning="Given up, or not yet known. Resume continues with it.",
        remedy="Type: campfire-sync resume {run}",
        bad=True,
        fixable=True,
        resumable=True,
        terminal="red",
        fill="FFD966",
        ink="6B4E00",
        bar="E0B000",
    )
    CONFLICT = Facts(
        word="conflict",
        meaning="Somebody else has changed the record. Look at it first.",
        remedy="Look at the record in Campfire. If the row is still right, run this workbook.",
        undo_remedy="Look at the record in Campfire. Put back by hand what should be put back after all.",
        bad=True,
        fixable=True,
        terminal="yellow",
        fill="E1D5EE",
        ink="4B2E83",
        bar="8E6FC1",
    )
    NOT_SENT = Facts(
        word="not sent",
        meaning="The run stopped before this row. It is still in To fix.",
        undo_meaning="Nothing was put back for it.",
        check_meaning="No problem found. Nothing was sent: this was a check.",
        stored=False,
        fixable=True,
        resumable=True,
        fill="FFF2CC",
        ink="7F6000",
        bar="E8CF7A",
    )
    LEFT_OUT = Facts(
        word="left out",
        meaning="A person chose not to send it.",
        settled=True,
        fill="EDEDED",
        ink="595959",
        bar="BFBFBF",
    )

    @property
    def key(self) -> str:
        """The word as JSON and CSS have it."""
        return self.facts.word.replace(" ", "_")


class Stage(StrEnum):
    """Where a row stands in the journal while it has no status of its own yet."""

    READ = "read"  # valid, not yet compared with its record
    PLANNED = "planned"  # something would change; nothing sent, or nothing that can have arrived
    SENDING = "sending"  # a PUT may be on its way; in doubt once its process is gone


State = Stage | Status  # what the journal has of a row

STORED = tuple(status for status in Status if status.facts.stored)
STATES: tuple[State, ...] = (*Stage, *STORED)


def state_of(text: str) -> State:
    """The state that the journal's text names.

    Raises:
        ValueError: there is no such state.
    """
    if text in set(Stage):
        return Stage(text)
    for status in STORED:
        if status == text:
            return status
    raise ValueError(f"the journal knows no state {text!r}")


def status_of(state: State, dry_run: bool) -> Status:
    """The status that a person reads for a row in this state of the journal."""
    match state:
        case Stage.READ:
            return Status.NOT_SENT
        case Stage.PLANNED:
            return Status.WOULD_UPDATE if dry_run else Status.NOT_SENT
        case Stage.SENDING:
            return Status.FAILED
    return state
