"""The closing summary of a command."""

from sync.cli import streams
from sync.cli.next_step import next_steps
from sync.commands.result import RunResult
from sync.model import Mode
from sync.settings import Settings
from sync.status import Status
from sync.text import counted, visible_value


def close(ended: RunResult, settings: Settings) -> None:
    """Say how a run ended. With --quiet only what stopped it and how to continue; with --json on stderr."""
    if settings.quiet:
        if ended.error:
            for line in (*_stopped(ended), *_results(ended), *next_steps(ended, settings)):
                streams.err(line, wrap=False)
        return
    say = streams.err if settings.json else streams.out
    say(*_counts(ended))
    if _is_put_back_already(ended):
        say("Everything has been put back already. Nothing was sent.")
    for line in _stopped(ended):
        say((line, "yellow"))
    run = [f"Run: {ended.run.facts.id}"] if ended.mode is not Mode.CHECK else []
    for line in (*run, *_results(ended)):
        say(line, wrap=False)
    for line in next_steps(ended, settings):
        say(line)


def _counts(ended: RunResult) -> list[streams.Part]:
    """`12 rows: 10 updated, 2 invalid.` in the statuses' colours."""
    counts = [
        (f"{count:,} {ended.run.facts.word(status)}", status.facts.terminal)
        for status, count in ended.run.counts.items()
        if count
    ]
    parts: list[streams.Part] = [part for count in counts for part in (", ", count)][1:]
    return [f"{counted(sum(ended.run.counts.values()), 'rows')}: ", *(parts or ["nothing to do"]), "."]


def _is_put_back_already(ended: RunResult) -> bool:
    """Whether an undo has found each record as it was before the run."""
    return ended.run.facts.mode is Mode.UNDO and {s for s, n in ended.run.counts.items() if n} == {Status.UNCHANGED}


def _stopped(ended: RunResult) -> list[str]:
    return [f"Stopped: {ended.error.rstrip('.')}."] if ended.error else []


def _results(ended: RunResult) -> list[str]:
    return [f"Results: {visible_value(str(ended.results))}"] if ended.results else []
