"""What ends a run early. Each error carries the exit code that the shell is given.

    CampfireSyncError
    ├── CannotStart        2   nothing was sent: usage, file, mapping, key, limits
    │   ├── FileRefused        the file of edits cannot be read reliably
    │   │   └── TitleAbove         something stands above its header
    │   ├── MappingRefused     the mapping file has mistakes
    │   ├── LimitExceeded      --strict or --max-changes
    │   │   └── Declined           a “no” at the question
    │   ├── JournalUnreadable  (sync.journal.database) in a run that has begun it becomes JournalFailed
    │   ├── AnotherRun         (sync.journal.run_lock) one run at a time
    │   ├── NotTrusted         (sync.api.trust) the server's certificate
    │   ├── ProxyRefused       (sync.api.transport) the proxy wants another name or password
    │   ├── NotTheApi          (sync.api.stop_rules) a web server's 404, and no answer of the API before it
    │   └── KeychainTrouble    (sync.keychain) it has no key, or cannot be used
    ├── ResultsNotWritten  2   of a check; a run whose workbook alone is missing ends with 3
    ├── NotAll             2   (sync.export.fetch) an export that would lack customers
    ├── Interrupted      130   (sync.stop) Ctrl-C or SIGTERM
    └── StoppedEarly       3   `resume` sends the rest
        ├── KeyRefused         401, or 403 on a PUT
        ├── BudgetSpent        (sync.api.retry) the API fails too often
        ├── JournalFailed      (sync.journal.writer) nothing is sent that cannot be written down
        └── NotSent            (sync.api.api) for a request that was waiting when the run was stopped

Once a run has begun, `sync.commands.ending` is the one place that turns an error into an exit code: an error of code 2
becomes a 3 as soon as a PUT has left. A row that cannot go on is not an exception: it is a value with its status.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

from sync.text import visible_value

if TYPE_CHECKING:
    from pathlib import Path


class ExitCode(IntEnum):
    """What the shell is given."""

    OK = 0
    SOME_ROWS = 1
    CANNOT_START = 2
    STOPPED_EARLY = 3
    INTERRUPTED = 130


class CampfireSyncError(Exception):
    """Something that a person has to know about. Its text is written for them.

    Args:
        text: for somebody at the command line, and wherever else it is read.
        in_app: for somebody who works in the app, where `text` names a command or an option.
    """

    exit_code = ExitCode.CANNOT_START

    def __init__(self, text: object = "", in_app: str = "") -> None:
        super().__init__(text)
        self.in_app = in_app or str(text)


class CannotStart(CampfireSyncError):
    """The run could not start. No PUT was sent."""


class FileRefused(CannotStart):
    """The file cannot be read, or not reliably."""


class TitleAbove(FileRefused):
    """Something else stands above the row that seems to be the header."""

    def __init__(self, text: str, in_app: str, header_row: int) -> None:
        super().__init__(text, in_app)
        self.header_row = header_row


def file_refused(path: "Path", problem: str, remedy: str, in_app: str = "") -> FileRefused:
    """The refusal of a file: its name, what is wrong, and what to do about it; in the app, where that is otherwise."""
    wrong = f"{visible_value(path.name or str(path.absolute()))}: {problem}"
    return FileRefused(f"{wrong} {remedy}", f"{wrong} {in_app or remedy}")


def file_damaged(path: "Path", detail: str) -> FileRefused:
    """The refusal of a workbook that breaks the rules of its format. `detail` says which, in words that Excel uses."""
    remedy = "Open it in Excel, save it as .xlsx under a new name, and use that."
    return file_refused(path, f"the file is damaged ({detail}).", remedy)


class MappingRefused(CannotStart):
    """The mapping file has mistakes; the text has a line for each."""


class LimitExceeded(CannotStart):
    """A limit that the user has set is exceeded."""


class Declined(LimitExceeded):
    """Somebody was asked, and said no."""


class StoppedEarly(CampfireSyncError):
    """The run stopped before its last row. `resume` goes on."""

    exit_code = ExitCode.STOPPED_EARLY


class KeyRefused(StoppedEarly):
    """The API does not take the key (401), or not for changing anything (403 on a PUT)."""


class ResultsNotWritten(CampfireSyncError):
    """The results workbook can't be written where it should be. The journal has the run, and `report` tries again."""
