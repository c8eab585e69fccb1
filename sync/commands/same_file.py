"""Whether a file is still the one that was read, and whether it was sent before. Content decides, not names."""

import hashlib
from pathlib import Path

from sync.errors import CannotStart, FileRefused
from sync.files import opened
from sync.journal.reader import JournalReader
from sync.model import Mode, RunFacts, RunRecord, RunState, SheetWarning
from sync.status import Status
from sync.text import counted, listed, minute

SENT_BEFORE = "sent_before"


def sha256(path: Path, more: str = "") -> str:
    """The hash of a file's content, and of a text behind it.

    Raises:
        FileRefused: the file does not exist or cannot be read.
    """
    try:
        with opened(path) as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as e:
        raise FileRefused(f"{path} can't be read: {e.strerror or e}.") from e
    digest.update(more.encode("utf-8"))
    return digest.hexdigest()


def changed_files(facts: RunFacts) -> str:
    """What has changed since the run read it, in words; empty if nothing has.

    A file that was moved or removed does not matter: the journal holds what was read.
    """
    text = facts.resource_text
    files = [
        ("the file of edits", facts.file, "", facts.file_sha256),
        ("the mapping file", facts.mapping, text, facts.mapping_sha256),
    ]
    if text:
        files.append(("the resource file", facts.resource, "", hashlib.sha256(text.encode("utf-8")).hexdigest()))
    changed = [
        f"{what} {path} has changed"
        for what, path, more, was in files
        if Path(path).exists() and sha256(Path(path), more) != was
    ]
    return listed(changed)


def earlier_sending(history: JournalReader, facts: RunFacts) -> RunRecord | None:
    """The latest finished run that sent this file's content, or a corrected copy of it, to the same base URL."""
    contents = _contents(facts)
    for run in reversed(history.runs()):
        same = run.facts.base_url == facts.base_url and not contents.isdisjoint(_contents(run.facts))
        sends = run.facts.mode in (Mode.RUN, Mode.APPLY) and run.state is RunState.COMPLETE
        if same and sends and history.has_sent(run.facts.id):
            return run
    return None


def _contents(facts: RunFacts) -> set[str]:
    """The hashes of what was read and of what that is a corrected copy of: a copy is another file each time."""
    return {facts.file_sha256, facts.original_sha256} - {""}


def run_to_continue(history: JournalReader, facts: RunFacts, again: bool = False) -> RunRecord | None:
    """The latest run of the same kind, file content, mapping content and base URL, if no limit held it back.

    Whoever has applied a preview of the file has sent it, unless it is to be sent `again`. An apply of chosen rows
    stands for the file only where nothing else does: its other rows may be another run's to continue.
    """
    kinds = (Mode.RUN, Mode.APPLY) if facts.mode is Mode.RUN and not again else (facts.mode,)
    chosen_rows = None
    for run in reversed(history.runs()):
        if (
            run.facts.mode not in kinds
            or _what_was_asked(run.facts) != _what_was_asked(facts)
            or run.state is RunState.HELD_BACK
            or run.forgotten
        ):
            continue
        if run.facts.mode is not Mode.APPLY or not run.counts[Status.LEFT_OUT]:
            return run
        chosen_rows = chosen_rows or run
    return chosen_rows


def _what_was_asked(facts: RunFacts) -> tuple[str, ...]:
    return facts.file_sha256, facts.sheet, facts.mapping_sha256, facts.resource_text, facts.base_url


def refuse_sent_before(earlier: RunRecord) -> None:
    """Refuse to send a file once more that was sent before.

    Raises:
        CannotStart: always.
    """
    facts = earlier.facts
    raise CannotStart(
        f"{facts.file_name} was sent before, by the run {facts.id} on {minute(facts.started_at)}. "
        "Sending it again would undo what others have changed since. If you mean it, add --again."
    )


def warn_sent_before(earlier: RunRecord) -> SheetWarning:
    """The same, where nothing is sent yet."""
    facts, rows = earlier.facts, sum(earlier.counts.values())
    message = (
        f"This file was sent before, by the run {facts.id} on {minute(facts.started_at)} ({counted(rows, 'rows')}). "
        "What others have changed since would be changed back."
    )
    return SheetWarning(SENT_BEFORE, message, rows=rows)
