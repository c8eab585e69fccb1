"""The second half of every run: its rows are in the journal, and from here on whatever happens ends in a RunResult."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sync.api.api import Api
from sync.commands.ending import Tally, end
from sync.commands.outputs import write_report
from sync.commands.result import RunResult
from sync.commands.stages import enforce_limits, plan, send, show_plan
from sync.execution.run_in_progress import RunInProgress
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts
from sync.progress import Progress
from sync.settings import Settings


def carry_out(
    mode: Mode, facts: RunFacts, settings: Settings, journal: JournalWriter, api: Api, progress: Progress
) -> RunResult:
    """Plan the rows that are not planned yet, send them unless a limit holds them back, and write the workbook.

    Args:
        mode: of the command, which is not the run's own where it is continued.
    """
    error: Exception | None = None
    progress.run_begins(facts)
    session = journal.session(facts.id, settings.by, settings.reason)
    tally = Tally(journal.reader.run(facts.id), progress.row)
    run = RunInProgress(facts, session, journal, api, tally.row)
    with _gc_of_new_objects():
        try:
            run = plan(run, progress, settings)
            if not run.stop.is_set:
                enforce_limits(run, progress, settings)
                if facts.dry_run:
                    show_plan(run, progress)
                else:
                    send(run, progress, settings)
        except Exception as e:
            error = e
        result = end(run, mode, tally, error or run.stop.reason, settings.by)
        return write_report(result, journal, progress, settings, run.stop)


@contextmanager
def _gc_of_new_objects() -> Iterator[None]:
    """Search for garbage among the objects of this run alone.

    The imported libraries are some 100,000 objects, and going through them again and again took a seventh of the time
    of planning.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
