"""The statuses of a row: one table, with everything that depends on a status in its entry.

The terminal, the JSON object, the preview page, its style sheet and the workbook read it. A new status is an entry
here, the code that decides it, and a line in docs/outcomes.md.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One status: what it means, how it counts and how it looks. Colours are RGB in hexadecimal."""

    word: str  # as a person reads it; JSON and CSS write an underscore for the space
    meaning: str  # in the Summary and the docs
    remedy: str = ""  # what to do about such a row; `{run}` is the run's id, `{here}` where the row can be corrected
    undo_word: str = ""  # the same three in an undo, where they differ; JSON and the workbook keep the word
    undo_meaning: str = ""
    undo_remedy: str = ""
    preview_meaning: str = ""  # in a preview, where it differs
    undo_preview_meaning: str = ""  # in a look at an undo, where it differs from that in an undo
    check_word: str = ""  # in a check, where they differ
    check_meaning: str = ""
    check_remedy: str = ""
    stored: bool = True  # the journal stores it as the final state of a row
    counted: bool = False  # the row's totals are part of the control totals
    bad: bool = False  # the command exits with 1, and the row is in “Problems”
    fixable: bool = False  # the row is in “To fix”
    resumable: bool = False  # `resume` tries the row again
    settled: bool = False  # the row needs no attention: the preview page counts it and does not list it
    terminal: str = ""  # the colour on a terminal
    fill: str  # the background of its cell or badge
    ink: str  # the text on that background
    bar: str  # its bar in the chart


class Status(str, Enum):  # noqa: UP042 (a StrEnum takes no members but plain texts)
    """The status of a row. Every row of the input has exactly one."""

    facts: Facts

    def __new__(cls, facts: Facts) -> "Status":
        """A member that equals its word and carries its facts."""
        member = str.__new__(cls, facts.word)
        member._value_ = facts.word
        member.facts = facts
        return member

    def __str__(self) -> str:
        return str(self.value)

    __hash__ = str.__hash__  # of its word; that of an enumeration is a slow detour

    UPDATED = Facts(
        word="updated",
        meaning="Sent. Campfire's answer holds the new values.",
        undo_word="put back",
        undo_meaning="Put back. Campfire's answer holds the values from before the run.",
        counted=True,
        terminal="green",
        fill="C6EFCE",
        ink="0B5D1E",
        bar="4CAF6D",
    )
    UNCHANGED = Facts(
        word="unchanged",
        meaning="Nothing to send: Campfire already has these values.",
        undo_meaning="Nothing to put back: Campfire already has the values from before the run.",
        counted=True,
        settled=True,
        fill="E7E9ED",
        ink="44505F",
        bar="A0A9B5",
    )
    WOULD_UPDATE = Facts(
        word="would update",
        meaning="A run would send it. Nothing has been sent yet.",
        undo_word="would be put back",
        undo_meaning="The undo would put it back. Nothing has been put back yet.",
        remedy="To send exactly this: campfire-sync apply {run}",
        stored=False,
        counted=True,
        terminal="cyan",
        fill="D6E6F7",
        ink="1F4E78",
        bar="5B9BD5",
    )
    INVALID = Facts(
        word="invalid",
        meaning="Something in the sheet is wrong. The row was not sent.",
        preview_meaning="Something in the sheet is wrong. The row would not be sent.",
        remedy="Correct the row {here}, save, and run this workbook.",
        bad=True,
        fixable=True,
        terminal="red",
        fill="FFC7CE",
        ink="9C0006",
        bar="E05D6B",
    )
    REJECTED = Facts(
        word="rejected",
        meaning="The API, or a firewall in front of it, refused the row. Its message says why.",
        preview_meaning="The record does not exist or cannot be edited. The row would not be sent; see its message.",
        undo_preview_meaning="The record is gone or cannot be edited. Nothing would be put back; see its message.",
        remedy="Correct the row {here}, save, and run this workbook.",
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
        meaning="Given up after several attempts. The update may have arrived.",
        preview_meaning="The record could not be read after several attempts. The row would not be sent.",
        undo_preview_meaning="The record could not be read after several attempts. Nothing would be put back.",
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
        meaning="Somebody else has changed the record. The row was not sent.",
        preview_meaning="Somebody else has changed the record. The row would not be sent.",
        remedy="Look at the record in Campfire. If the row {here} is still right, run this workbook.",
        undo_meaning="Somebody has changed the record since the run. Those fields were left as they are.",
        undo_preview_meaning="Somebody has changed the record since the run. Those fields would be left as they are.",
        undo_remedy="Look at the record in Campfire, and correct it there by hand if needed.",
        bad=True,
        fixable=True,
        terminal="yellow",
        fill="E1D5EE",
        ink="4B2E83",
        bar="8E6FC1",
    )
    NOT_SENT = Facts(
        word="not sent",
        meaning="The run stopped before it reached this row.",
        preview_meaning="The preview stopped before it reached this row.",
        remedy="Type: campfire-sync resume {run}",
        undo_meaning="The undo stopped before it reached this row.",
        check_word="in order",
        check_meaning="No problem. A check sends nothing.",
        check_remedy="To send it, run the sheet.",
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
        undo_meaning="A person chose not to put it back.",
        settled=True,
        fill="EDEDED",
        ink="595959",
        bar="BFBFBF",
    )

    @property
    def key(self) -> str:
        """The word as JSON and CSS write it."""
        return self.facts.word.replace(" ", "_")


class Stage(StrEnum):
    """The state of a row in the journal before it has a status."""

    READ = "read"  # valid, not yet compared with its record
    PLANNED = "planned"  # something would change; no PUT was sent, or none that can have arrived
    SENDING = "sending"  # a PUT may be in flight; in doubt once its process has gone


State = Stage | Status  # what the journal stores of a row

STORED = tuple(status for status in Status if status.facts.stored)
STATES: tuple[State, ...] = (*Stage, *STORED)
_BY_NAME: dict[str, State] = {state: state for state in STATES}


def state_of(text: str) -> State:
    """The state with this name in the journal.

    Raises:
        ValueError: no state has this name.
    """
    if text not in _BY_NAME:
        raise ValueError(f"the journal knows no state {text!r}")
    return _BY_NAME[text]


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
