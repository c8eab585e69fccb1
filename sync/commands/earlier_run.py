"""What apply, resume and undo ask of the run that they take up."""

from dataclasses import replace
from pathlib import Path

from sync import __version__
from sync.commands.begin import new_id
from sync.errors import CannotStart
from sync.mapping.load import default_path
from sync.model import Mode, RunFacts, RunOptions
from sync.settings import SANDBOX, Settings, sending_to
from sync.text import now, typed


def follow_up(earlier: RunFacts, mode: Mode, settings: Settings) -> RunFacts:
    """The facts of a run that takes up an earlier one."""
    if mode is Mode.UNDO:  # it has no sheet of its own, and nothing to say of the run's
        earlier = replace(earlier, warnings=(), hidden_rows=0, left_alone=0, remarks=())
    return replace(
        earlier,
        id=new_id(),
        mode=mode,
        started_at=now(),
        version=__version__,
        parent=earlier.id,
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


def run_again(file: str | Path, facts: RunFacts, settings: Settings, *options: str) -> str:
    """The command that runs a sheet under the mapping of an earlier run, and where that one went."""
    is_default = Path(facts.mapping).absolute() == default_path().absolute()
    mapping = [] if is_default else ["--mapping", facts.mapping]
    words = ["run", str(file), *options, *mapping, *sending_to(facts.base_url)]
    return f"campfire-sync {typed(*words)}{settings.state_option}"


def at_base_url_of(earlier: RunFacts, settings: Settings) -> Settings:
    """The settings with the earlier run's base URL, which need not be given again.

    Raises:
        CannotStart: another one is given.
    """
    given = SANDBOX if settings.sandbox else settings.base_url
    if given is not None and given != earlier.base_url:
        option = "--sandbox" if earlier.base_url == SANDBOX else f"--base-url {earlier.base_url}"
        raise CannotStart(
            f"{earlier.id} was made for {earlier.base_url}, and this is {given}. If you mean it: {option}"
        )
    if earlier.base_url == SANDBOX:
        return replace(settings, sandbox=True)
    return replace(settings, base_url=earlier.base_url)
