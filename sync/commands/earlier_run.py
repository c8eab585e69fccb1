"""What apply, resume and undo ask of the run that they take up."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sync import __version__
from sync.commands.begin import new_id
from sync.errors import CannotStart
from sync.mapping.load import default_path
from sync.model import Mode, RunFacts, RunOptions
from sync.settings import SANDBOX, Settings, place, sending_to
from sync.text import now, typed


def follow_up(earlier: RunFacts, mode: Mode, settings: Settings) -> RunFacts:
    """The facts of a run that takes up an earlier one."""
    if mode is Mode.UNDO:  # it has no sheet of its own, and nothing to say of the run's
        earlier = replace(earlier, warnings=(), hidden_rows=0, left_alone=0, first_left_alone=(), remarks=())
    return replace(
        earlier,
        id=new_id(),
        mode=mode,
        started_at=now(),
        version=__version__,
        parent=earlier.id,
        parent_mode=earlier.mode.value,
        by=settings.by,
        reason=settings.reason,
        approved_by=(),
        plan_sha256="",
        previewed_by=earlier.by if mode is Mode.APPLY else "",
        dry_run=False,
        options=_with_limits(earlier.options, settings),
    )


def _with_limits(options: RunOptions, settings: Settings) -> RunOptions:
    """The limits of the earlier run hold on, unless others are given."""
    most = options.max_changes if settings.max_changes is None else settings.max_changes
    return replace(options, strict=options.strict or settings.strict, max_changes=most)


def run_again(
    file: str | Path, facts: RunFacts, settings: Settings, *options: str, accept: Iterable[str] | None = None
) -> str:
    """The command that runs a sheet as an earlier run did: read in the same way, within its limits, and sent there.

    Args:
        file: the run's own file, or its results workbook.
        facts: of the earlier run.
        settings: of the command that says so.
        options: further ones.
        accept: the kinds of warning that were accepted on the command line; without it, all that the run accepted.
    """
    asked = facts.options
    words = ["run", str(file), *options, *reading_options(file, facts, settings, accept)]
    words += ["--strict"] if asked.strict else []
    words += [] if asked.max_changes is None else ["--max-changes", str(asked.max_changes)]
    words += ["--no-read"] if asked.no_read else []
    return f"campfire-sync {typed(*words, *sending_to(facts.base_url))}{settings.state_option}"


def reading_options(
    file: str | Path, facts: RunFacts, settings: Settings, accept: Iterable[str] | None = None
) -> list[str]:
    """The options by which a next command reads a sheet as an earlier run did. See `run_again`."""
    is_default = settings.mapping is None and Path(facts.mapping).absolute() == default_path().absolute()
    mapping = [] if is_default else ["--mapping", facts.mapping]
    # A results workbook has its own sheet to run, To fix.
    sheet = ["--sheet", facts.options.sheet] if facts.options.sheet and Path(file) == Path(facts.file) else []
    kinds = facts.options.accept if accept is None else accept
    return [*mapping, *sheet, *(word for kind in kinds for word in ("--accept", kind))]


def begin_anew(facts: RunFacts, settings: Settings) -> str:
    """The command that begins anew what a limit, or a person, held back."""
    if facts.mode in (Mode.RUN, Mode.PREVIEW):
        return run_again(facts.file, facts, settings, *(["--dry-run"] if facts.dry_run else []))
    words = [facts.mode.value, "PLAN" if facts.plan_sha256 else facts.parent]
    return f"campfire-sync {' '.join(words)}{settings.state_option}"


def at_base_url_of(earlier: RunFacts, settings: Settings) -> Settings:
    """The settings with the earlier run's base URL, which need not be given again.

    Raises:
        CannotStart: another one is given.
    """
    given = SANDBOX if settings.sandbox else settings.base_url
    if given is not None and given != earlier.base_url:
        option = "--sandbox" if earlier.base_url == SANDBOX else f"--base-url {earlier.base_url}"
        differs = f"{earlier.id} was made for {place(earlier.base_url)}, and this is {place(given)}."
        in_app = (
            f"{differs} Close the app, and start it for that one: campfire-sync app {option}{settings.state_option}"
        )
        raise CannotStart(f"{differs} If you mean it: {option}", in_app)
    if earlier.base_url == SANDBOX:
        return replace(settings, sandbox=True)
    return replace(settings, base_url=earlier.base_url)
