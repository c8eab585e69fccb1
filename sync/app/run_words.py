"""The sentences of a run's page, for somebody who works in the app."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from sync.contract.resource import Noun
from sync.model import Mode, RunRecord, RunState, SheetWarning
from sync.problems import WARNINGS
from sync.status import Status
from sync.stop import INTERRUPTED
from sync.text import counted, minute


def kind_of(record: RunRecord) -> str:
    """What a run is, in the list of past runs."""
    facts, held_back = record.facts, record.state is RunState.HELD_BACK
    if facts.mode is Mode.UNDO:
        return "Look at an undo" if facts.dry_run else "Not put back" if held_back else "Put back"
    return "Preview" if facts.dry_run else "Not sent" if held_back else "Sent"


def title_of(record: RunRecord) -> str:
    """What a run's page is called."""
    facts, held_back = record.facts, record.state is RunState.HELD_BACK
    if facts.mode is Mode.UNDO:
        return "What an undo would put back" if facts.dry_run else f"{'Nothing' if held_back else 'What'} was put back"
    return "What would change" if facts.dry_run else f"{'Nothing' if held_back else 'What'} was sent"


def headline(record: RunRecord, noun: Noun, live: bool, sent: bool, left_the_sandbox: bool = False) -> str:
    """What happened, in one or two sentences.

    Args:
        record: the run.
        noun: what its records are called.
        live: it is still in progress in another process.
        sent: what it has shown was sent since.
        left_the_sandbox: where nothing is left to put back, it is the sandbox that has not kept it.
    """
    if live:
        return (
            "This run is still in progress, on the command line or in another window. What you see is what it has done "
            "so far."
        )
    if record.state is RunState.RUNNING:
        return "This run was interrupted. What it had done by then is recorded, and you can resume it."
    if record.state is RunState.HELD_BACK:
        return f"Nothing was sent: {record.stopped_because}."
    if record.stopped_because == INTERRUPTED:
        return f"This run was stopped by hand before its end. {_done(record, noun)}"
    if record.stopped_because:
        return f"Stopped early: {record.stopped_because}. {_done(record, noun)}"
    return _would_do(record, noun, sent, left_the_sandbox) if record.facts.dry_run else _done(record, noun)


def _would_do(record: RunRecord, noun: Noun, sent: bool, left_the_sandbox: bool) -> str:
    count, counts = record.counts[Status.WOULD_UPDATE], record.counts
    is_undo = record.facts.mode is Mode.UNDO
    if count:
        verb = "be put back" if is_undo else "change"
        yet = "" if sent else f" Nothing has been {'put back' if is_undo else 'sent'} yet."
        return f"{noun.counted(count)} would {verb}.{yet}"
    if not is_undo and (unread := counts[Status.FAILED]):
        rest = f"{counted(unread, 'rows')} could not be read: see why below."
        return f"None of the rows that could be read would change. {rest}"
    if not is_undo:
        return "Nothing would change, so there is nothing to send."
    if left_the_sandbox:
        return (
            "Nothing of that run is left in the sandbox: it has started over since, or a later run has changed the "
            "same fields."
        )
    if _all_settled(counts):
        return "Nothing is left to put back: each field holds again what it held before that run."
    return "Nothing can be put back. The rows below say why."


def _done(record: RunRecord, noun: Noun) -> str:
    counts = record.counts
    verb = "put back" if record.facts.mode is Mode.UNDO else "updated"
    count = counts[Status.UPDATED]
    done = f"{noun.counted(count)} {'was' if count == 1 else 'were'} {verb}."
    left = sum(number for status, number in counts.items() if not (status.facts.settled or status is Status.UPDATED))
    if record.facts.dry_run:
        return "Nothing was sent."
    if not left:
        return done
    return f"{done} {counted(left, 'rows')} {'was' if left == 1 else 'were'} not: see why below."


def _all_settled(counts: Mapping[Status, int]) -> bool:
    return all(status.facts.settled for status, count in counts.items() if count)


class Sent(NamedTuple):
    """That what a page shows was sent before: in words, by which run, and whether that run has reached its end."""

    text: str = ""
    run: str = ""  # its id; empty where nothing was sent
    is_whole: bool = True


class Share(NamedTuple):
    """How many of the rows that a page shows were sent, and how many of those were put back since."""

    shown: int
    sent: int
    put_back: int


def sent_already(sendings: list[RunRecord], undos: list[RunRecord], share: Share, noun: Noun) -> Sent:
    """What is said of a page's rows where they were sent before, or put back since.

    Args:
        sendings: the runs that have sent what the page shows; an undo sends what it puts back.
        undos: the runs that have put back what the latest of them sent.
        share: of how many rows that is so.
        noun: what the records are called.
    """
    if not sendings:
        return Sent()
    latest = sendings[-1]
    verb, sending = ("put back", "Putting this back") if latest.facts.mode is Mode.UNDO else ("sent", "Sending this")
    when = minute(latest.facts.started_at)
    if latest.state is not RunState.COMPLETE and not undos:
        return Sent(f"{sending} began on {when}, and has not finished.", latest.facts.id, False)
    part = _part_of(share.sent, share.shown, noun)
    text = f"{part} {verb}, on {when}" if part else f"This was {verb} already, on {when}"
    if undos:
        part = _part_of(share.put_back, share.sent, noun)
        text += f", and {f'{part} ' if part else ''}put back on {minute(undos[-1].facts.started_at)}"
    return Sent(f"{text}.", latest.facts.id)


def _part_of(count: int, total: int, noun: Noun) -> str:
    """`1 of 3 customers was`; empty where it is all of them."""
    return "" if count == total else f"{count:,} of {noun.counted(total)} {'was' if count == 1 else 'were'}"


def in_words(warning: SheetWarning) -> str:
    """A warning for somebody who works in the app, with the remedy that there is."""
    kind = WARNINGS.get(warning.kind)
    if kind and kind.in_app:
        warning = replace(warning, message=warning.message.removesuffix(kind.remedy) + kind.in_app)
    if warning.kind == "unmapped_column" and warning.column:  # without a header there is nothing to choose for it
        message = (
            f"nothing in the column “{warning.column}” is sent, since no field is chosen for it. Choose one in the "
            "step Columns, or choose “Do not send, no warning” there."
        )
        warning = replace(warning, message=message)
    return warning.with_rows


def not_confirmed(typed: str, count: int, noun: Noun) -> str:
    """Why nothing was sent, although the form was."""
    if not count:
        return "No row is ticked, so there is nothing to send."
    if typed == str(count):
        why = "Rows were ticked or unticked after this page was shown, perhaps in another window"
    else:
        why = f"You typed {typed or 'nothing'}, and {noun.counted(count)} would change"
    return f"{why}. Nothing was sent. Look at the rows once more, and type the number that is asked for."
