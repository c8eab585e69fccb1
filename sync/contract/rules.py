"""What a cell's text means for a field, and what is wrong with it if it means nothing.

Each rule is a name in `sync.problems` and a question to the text; the pandera schema is built from them.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from sync.contract.resource import Field
from sync.text import fold, unseen_character

EXCEL_CELL = 32_767  # characters; Microsoft, "Excel specifications and limits"

LARGEST_ID = 2**63 - 1  # what a database's integers hold

YES_NO = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}

_WHOLE = re.compile(r"[+-]?[0-9]{1,25}(\.0+)?")
_ID = re.compile(r"[0-9]{1,25}(\.0+)?")
_E_NOTATION = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_DIGITS_AND_E = bytes.maketrans(b"123456789E", b"000000000e")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Texts:
    """What a column has in its cells that are not blank: each text, and what can be asked of all at once.

    Args:
        shown: a text for each row; an empty one for a blank cell.
    """

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown
        self.filled = list(filter(None, shown))
        self.known: dict[Rule, bool] = {}  # of rules that were asked: whether all of them hold

    @cached_property
    def together(self) -> str:
        """All of them, with a blank between two."""
        return " ".join(self.filled)

    @cached_property
    def different(self) -> set[str]:
        """Each text once."""
        return set(self.filled)


class Rule:
    """A question to a text. `quick` puts it to many at once, and may say no where all of them hold."""

    def __init__(self, holds: Callable[[str], bool], quick: Callable[[Texts], bool] | None = None) -> None:
        self.holds = holds
        self._quick = quick

    def all_hold(self, texts: Texts) -> bool:
        """Whether all of these texts satisfy the rule. May say no where they do. Looks at the same texts once."""
        if self not in texts.known:
            texts.known[self] = self._quick(texts) if self._quick else all(map(self.holds, texts.different))
        return texts.known[self]


@cache
def choices_of(about: Field) -> Mapping[str, str]:
    """The API's values by every spelling that is taken for them: the value itself, or its label, in any case."""
    labels = {fold(label): value for value, label in about.choices.items()}
    return labels | {fold(value): value for value in about.choices}


@cache
def rules(about: Field) -> Mapping[str, Rule]:
    """What a text must satisfy to be a value of the field, by the name of the problem that it otherwise has."""
    if about.type == "choice":
        return {"not_a_choice": Rule(lambda text: fold(text) in choices_of(about))}
    if about.type == "boolean":
        return {"not_yes_or_no": Rule(lambda text: fold(text) in YES_NO)}
    if about.type == "integer":
        return {"not_a_whole_number": Rule(lambda text: bool(_WHOLE.fullmatch(text)))}
    found = {
        "control_character": Rule(lambda text: not unseen_character(text), lambda texts: texts.together.isprintable()),
        "e_notation": Rule(lambda text: not _E_NOTATION.fullmatch(text), _none_in_e_notation),
    }
    if about.max_length is not None:
        found["too_long"] = _at_most(about.max_length)
    else:
        found["longer_than_a_cell"] = _at_most(EXCEL_CELL)
    if about.format == "email":
        found["not_an_email"] = Rule(is_email, lambda texts: all(map(_EMAIL.fullmatch, texts.filled)))
    return found


def is_email(text: str) -> bool:
    """Whether a text can be an e-mail address: something, an @, and a domain with a dot. The API is stricter."""
    mailbox, _, domain = text.partition("@")
    names = domain.split(".")
    return bool(mailbox) and len(names) > 1 and all(names) and "@" not in domain and len(text.split()) == 1


def _at_most(maximum: int) -> Rule:
    """No more than so many code points."""
    return Rule(lambda text: len(text) <= maximum, lambda texts: max(map(len, texts.filled), default=0) <= maximum)


def _none_in_e_notation(texts: Texts) -> bool:
    if b"0e" not in texts.together.encode(errors="replace").translate(_DIGITS_AND_E):  # no E after a digit anywhere
        return True
    return not any(map(_E_NOTATION.fullmatch, texts.filled))


def faults(about: Field, text: str) -> tuple[str, ...]:
    """The rules that the text breaks; none if it is a value of the field."""
    return tuple([kind for kind, rule in rules(about).items() if not rule.holds(text)])


def fault(about: Field, text: str) -> str:
    """The first rule that the text breaks; empty if it is a value of the field."""
    return next(iter(faults(about, text)), "")


def details(about: Field, text: str) -> dict[str, object]:
    """What the sentences of a problem with this text need to know."""
    return {
        "detail": unseen_character(text),
        "length": f"{len(text):,}",
        "maximum": f"{about.max_length or 0:,}",
        "choices": ", ".join(about.choices.values()),
    }


def convert(about: Field, text: str) -> Any:
    """The JSON value that the text stands for. The text satisfies the field's rules."""
    if about.type == "choice":
        return choices_of(about)[fold(text)]
    if about.type == "boolean":
        return YES_NO[fold(text)]
    if about.type == "integer":
        return int(text.partition(".")[0])
    return text


def record_id(text: str) -> int | None:
    """The id that a text stands for: digits, perhaps with a .0 that a program has added; None if it is none."""
    found = int(text.partition(".")[0]) if _ID.fullmatch(text) else 0
    return found if 0 < found <= LARGEST_ID else None
