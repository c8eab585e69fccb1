"""Keyword arguments → Settings."""

import os
from dataclasses import fields
from math import inf
from numbers import Integral, Real
from pathlib import Path
from typing import Any, TypedDict, get_type_hints

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
_TYPES: dict[Any, Any] = {float: Real, int: Integral, str: str, bool: bool, list[str]: (list, tuple, set)}
_EXPECTED = {name: _TYPES[kind] for name, kind in get_type_hints(Options).items() if kind in _TYPES}
_ABOVE_ZERO = ("rate", "timeout")
_MAY_BE_EMPTY = ("reason", "group")
_RANGES = {  # the least and the most, as on the command line
    "concurrency": (1, 64),
    "max_attempts": (1, inf),
    "stop_after": (1, inf),
    "first": (1, inf),
    "max_changes": (0, inf),
}


def settings_of(options: Options) -> Settings:
    """The settings that a command with these options would have.

    Raises:
        TypeError: an option has no such name, or its value is of another type.
        ValueError: the command line would not take the value either.
        CannotStart: the base URL is not one.
    """
    chosen: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    unknown = chosen.keys() - _KNOWN
    if unknown:
        raise TypeError(f"there is no option {' or '.join(sorted(unknown))}")
    for name, value in chosen.items():
        _refuse_wrong_value(name, value)
    if chosen.get("sandbox") and chosen.get("base_url"):
        raise ValueError("sandbox and base_url name two places to send to: give one of them")
    for name in _PATHS:
        if name in chosen:
            chosen[name] = Path(chosen[name])
    if "accept" in chosen:
        chosen["accept"] = tuple(chosen["accept"])
        if mistake := unknown_kinds(chosen["accept"]):
            raise ValueError(f"accept: {mistake}")
    _from_environment(chosen)
    return Settings(**chosen, yes=True)


def refuse_empty(name: str, value: Any) -> None:
    """Refuse a text that is empty: it would choose what nobody has named.

    Raises:
        ValueError: it is.
    """
    if isinstance(value, str) and not value.strip():
        raise ValueError(f"{name} cannot be empty: give it a value, or leave it out")


def _refuse_wrong_value(name: str, value: Any) -> None:
    """Refuse what the command line refuses: with a concurrency of 0 nothing would be sent, and with no rows all.

    Raises:
        TypeError, ValueError: as for `settings_of`.
    """
    expected = _EXPECTED.get(name, object)
    if not isinstance(value, expected) or (expected in (Real, Integral) and isinstance(value, bool)):
        raise TypeError(f"{name} cannot be {value!r}: it is of another type")
    if name not in _MAY_BE_EMPTY:
        refuse_empty(name, value)
    if name in _ABOVE_ZERO and not 0 < value < inf:
        raise ValueError(f"{name} cannot be {value!r}: it is a number above 0")
    least, most = _RANGES.get(name, (None, None))
    if least is not None and most is not None and not least <= value <= most:
        upper = f" and at most {most}" if most < inf else ""
        raise ValueError(f"{name} cannot be {value!r}: it is at least {least}{upper}")


def _from_environment(chosen: dict[str, Any]) -> None:
    base_url = chosen.get("base_url") or (None if chosen.get("sandbox") else os.environ.get("CAMPFIRE_BASE_URL"))
    if base_url:
        chosen["base_url"] = checked_base_url(base_url)
    state = os.environ.get("CAMPFIRE_SYNC_STATE")
    if "state_dir" not in chosen and state:
        chosen["state_dir"] = Path(state)
