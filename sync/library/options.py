"""Keyword arguments → Settings."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict

from sync.problems import unknown_kinds
from sync.settings import Settings, checked_base_url

Text = str | os.PathLike[str]


class Options(TypedDict, total=False):
    """The options of the command line, by the same names. Without one, its default there."""

    mapping: Text
    sheet: str
    accept: list[str]
    rate: float
    concurrency: int
    max_attempts: int
    timeout: float
    stop_after: int
    sandbox: bool
    base_url: str
    strict: bool
    max_changes: int
    first: int
    no_read: bool
    again: bool
    or_resume: bool
    as_started: bool
    rows: str
    except_rows: str  # `--except`, which is a word of Python's own
    reason: str
    html: Text
    plan: Text
    require_approval: Text
    out: Text
    group: str
    state_dir: Text


_PATHS = ("mapping", "html", "plan", "require_approval", "out", "state_dir")
_KNOWN = {field.name for field in fields(Settings)}


def settings_of(options: Options) -> Settings:
    """The settings that a command with these options would have.

    Raises:
        TypeError: an option has no such name.
        ValueError: `accept` has a word that is not a kind of warning.
        CannotStart: the base URL is not one.
    """
    chosen: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    unknown = chosen.keys() - _KNOWN
    if unknown:
        raise TypeError(f"there is no option {', '.join(sorted(unknown))}")
    for name in _PATHS:
        if name in chosen:
            chosen[name] = Path(chosen[name])
    if "accept" in chosen:
        chosen["accept"] = tuple(chosen["accept"])
        if mistake := unknown_kinds(chosen["accept"]):
            raise ValueError(f"accept: {mistake}")
    _from_environment(chosen)
    return Settings(**chosen, yes=True)


def _from_environment(chosen: dict[str, Any]) -> None:
    base_url = chosen.get("base_url") or (None if chosen.get("sandbox") else os.environ.get("CAMPFIRE_BASE_URL"))
    if base_url:
        chosen["base_url"] = checked_base_url(base_url)
    state = os.environ.get("CAMPFIRE_SYNC_STATE")
    if "state_dir" not in chosen and state:
        chosen["state_dir"] = Path(state)
