"""`apply`: send exactly what a preview showed. The preview is a run of this journal, or a plan file."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from sync.commands.begin import begin
from sync.commands.carry_out import carry_out
from sync.commands.choose import Choice, choice_of
from sync.commands.earlier_run import at_base_url_of, follow_up, run_again
from sync.commands.endpoint import connected
from sync.commands.forget import refuse_forgotten
from sync.commands.output_names import refuse_taken_names
from sync.commands.plan_file import Plan, is_planned, read_plan
from sync.commands.result import RunResult
from sync.commands.same_file import changed_files
from sync.commands.sendings import sendings_of, undos_of
from sync.commands.signatures import require_approval
from sync.contract.load import resource_of_run
from sync.errors import CannotStart
from sync.journal import steps
from sync.journal.reader import JournalReader
from sync.journal.run_lock import run_lock
from sync.journal.steps import Step
from sync.journal.transfer import problem_in, row_in
from sync.journal.writer import JournalWriter
from sync.model import Mode, RunFacts, RunRecord, RunState
from sync.progress import Progress
from sync.report import results_file
from sync.settings import SANDBOX, Settings, checked_base_url, is_loopback, place
from sync.status import Stage, Status, state_of
from sync.stop import StopSignal
from sync.text import minute


def apply(preview: str, settings: Settings, stop: StopSignal, progress: Progress) -> RunResult:
    """Send exactly what a preview showed.

    Args:
        preview: a run's id, or the path of a plan file.

    Raises:
        CannotStart: there is no such preview; its file, mapping or base URL has changed; or an approval is missing.
    """
    refuse_taken_names(settings, PREVIEW=Path(preview))
    if is_plan_file(preview):
        return _apply_plan(read_plan(Path(preview)), settings, stop, progress)
    if settings.require_approval is not None:
        raise CannotStart(f"{preview} is a run's id, which carries no signature. Apply a signed plan file.")
    return _apply_run(preview, settings, stop, progress)


def is_plan_file(preview: str) -> bool:
    """Whether a plan file is meant, and not a run's id."""
    separators = (os.sep, os.altsep or os.sep)
    return preview.endswith(".plan") or any(mark in preview for mark in separators) or Path(preview).is_file()


def _apply_run(preview: str, settings: Settings, stop: StopSignal, progress: Progress) -> RunResult:
    history = JournalReader(settings.journal)
    earlier = history.find(preview)
    settings = at_base_url_of(earlier.facts, settings)
    refuse_forgotten(earlier, "applied")
    refuse_stale(earlier, settings)
    chosen = choice_of(settings)
    chosen.refuse_unknown(history.row_numbers(earlier.facts.id))
    with run_lock(settings.state, earlier.facts.base_url), JournalWriter(settings.journal) as journal:
        facts = follow_up(earlier.facts, Mode.APPLY, settings)
        facts = replace(facts, reason=settings.reason or earlier.facts.reason)
        rows = _rows_of_run(facts.id, earlier.facts.id, journal.reader, chosen)
        return _send(facts, rows, settings, journal, stop, progress)


def _apply_plan(plan: Plan, settings: Settings, stop: StopSignal, progress: Progress) -> RunResult:
    signers = settings.require_approval
    approved_by = require_approval(plan, signers) if signers else []
    settings = _at_base_url_of_plan(plan, settings, trusted=bool(approved_by))
    if changed := changed_files(plan.facts):
        raise CannotStart(f"since the plan was made, {changed}. Make a new one.")
    chosen = choice_of(settings)
    chosen.refuse_unknown(row["row"] for row in plan.rows)
    with run_lock(settings.state, plan.facts.base_url), JournalWriter(settings.journal) as journal:
        facts = follow_up(plan.facts, Mode.APPLY, settings)
        reason = settings.reason or plan.facts.reason
        facts = replace(facts, approved_by=tuple(approved_by), plan_sha256=plan.sha256, reason=reason)
        return _send(facts, _rows_of_plan(facts.id, plan, chosen), settings, journal, stop, progress)


def _send(
    facts: RunFacts,
    rows: Iterable[Step],
    settings: Settings,
    journal: JournalWriter,
    stop: StopSignal,
    progress: Progress,
) -> RunResult:
    results_file.refuse_long_name(facts, settings.out)
    _refuse_undone(facts, journal.reader, settings, progress)
    with connected(settings, resource_of_run(facts), stop) as api:
        begin(journal, facts, rows, stop)
        return carry_out(Mode.APPLY, facts, settings, journal, api, progress)


def refuse_stale(preview: RunRecord, settings: Settings) -> None:
    """Refuse a run that is not a whole preview of the files as they are now.

    Raises:
        CannotStart: with everything that has changed.
    """
    facts = preview.facts
    if facts.mode is not Mode.PREVIEW:
        make_one = run_again(facts.file, facts, settings, "--dry-run")
        raise CannotStart(f"{facts.id} is not a preview. Make one with: {make_one}")
    if preview.state not in (RunState.COMPLETE, RunState.HELD_BACK):
        resume = f"campfire-sync resume {facts.id}{settings.state_option}"
        problem = f"the preview {facts.id} did not finish."
        raise CannotStart(f"{problem} Type: {resume}", f"{problem} Resume it on its page.")
    if changed := changed_files(facts):
        make_one = run_again(facts.file, facts, settings, "--dry-run")
        in_app = f"since the preview, {changed}. Choose the file again on the start page, and make a new preview."
        raise CannotStart(f"since the preview, {changed}. Make a new preview: {make_one}", in_app)


def _refuse_undone(facts: RunFacts, history: JournalReader, settings: Settings, progress: Progress) -> None:
    """Say that a preview was applied before; refuse it where that was undone since.

    Raises:
        CannotStart: it was undone, and --again is not given.
    """
    applied = sendings_of(history, facts.parent)
    if not applied:
        return
    undone = [(earlier.facts, undo.facts) for earlier in applied for undo in undos_of(history, earlier.facts.id)]
    if undone and not settings.again:
        put_back, undo = undone[-1]
        problem = f"this was applied by {put_back.id} ({minute(put_back.started_at)}) and undone by {undo.id}."
        in_app = f"{problem} If it is to be sent again, go back to the preview and confirm it once more."
        raise CannotStart(f"{problem} To send it again, add --again.", in_app)
    latest = applied[-1].facts
    when = f"by {latest.id} on {minute(latest.started_at)}"
    progress.warn(f"This was applied before, {when}. What the records hold already is not sent again.")


def _at_base_url_of_plan(plan: Plan, settings: Settings, trusted: bool) -> Settings:
    """The settings with the plan's base URL. A file from elsewhere does not decide alone where the key is sent.

    Raises:
        CannotStart: the plan is for another base URL than this machine's, and nobody has approved it.
    """
    url = plan.facts.base_url
    if url != SANDBOX:
        checked_base_url(url)
    elsewhere = url != SANDBOX and not is_loopback(urlsplit(url).hostname or "")
    if elsewhere and not trusted and settings.target_url != url:
        raise CannotStart(
            f"{plan.path} was made for {url}, and this machine sends to {place(settings.target_url)}. If you mean it: "
            f"--base-url {url}"
        )
    return at_base_url_of(plan.facts, settings)


def _rows_of_run(run: str, preview: str, history: JournalReader, chosen: Choice) -> Iterable[Step]:
    """The rows of a preview, as an apply begins with them."""
    for row in history.rows(preview):
        planned = row.state is Stage.PLANNED
        state = Status.LEFT_OUT if planned and row.row not in chosen else row.state
        yield steps.carried(run, preview, row.n, state, row.changes if planned else ())
    yield steps.carried_problems(run, preview)
    yield steps.carried_memory(run, preview)


def _rows_of_plan(run: str, plan: Plan, chosen: Choice) -> Iterable[Step]:
    """The rows of a plan file, as an apply begins with them."""
    for row in plan.rows:
        planned = is_planned(row)
        state = Status.LEFT_OUT if planned and row["row"] not in chosen else state_of(row["state"])
        yield row_in(run, row, state, held_to_changes=planned)
    for problem in plan.problems:
        yield problem_in(run, problem)
    yield steps.file(run, plan.path)
    for remembered in plan.memory:
        yield steps.remembered(run, remembered["n"], remembered["texts"], remembered["item_ids"])
