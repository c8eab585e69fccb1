"""Files that an earlier attempt of the same run has written: they do not stand in the way of `run --or-resume`."""

import os
from dataclasses import replace
from pathlib import Path

from sync.commands.plan_file import PlanRefused, read_plan
from sync.model import RunRecord, RunState
from sync.report.results_file import is_as_written
from sync.settings import Settings


def without_own_files(settings: Settings, earlier: RunRecord | None) -> Settings:
    """The settings without the files that are already as this run would write them.

    A workbook that the run wrote when it stopped is out of date: it is removed, so that its name is free again. One
    that somebody has changed since stays in the way.
    """
    if earlier is None:
        return settings
    if settings.plan is not None and _is_plan_of(earlier, settings.plan):
        settings = replace(settings, plan=None)
    out = settings.out
    if out is None or not os.path.lexists(out) or Path(earlier.results) != out.absolute():
        return settings
    if earlier.state is RunState.COMPLETE:
        return replace(settings, out=None)
    if is_as_written(earlier):
        out.unlink()
    return settings


def _is_plan_of(run: RunRecord, path: Path) -> bool:
    """Whether a file is the intact plan of this run."""
    try:
        return path.is_file() and read_plan(path).facts.id == run.facts.id
    except PlanRefused:
        return False
