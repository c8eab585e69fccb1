"""Sections of number formats that show dates and times.

A whole day, or a time with hours and minutes, is read as ISO has it, whatever its order and its names of months: that
is what a person means by it. A part of a date is read as it is shown, where that does not depend on Excel's language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync.xlsx.reading import dates
from sync.xlsx.reading.format_section import Section, Token

# Words that are part of a date in some language. Others ("Due ") would be lost without a trace.
_IN_DATES = "de del of the at à um kl kl. T Z h min s Uhr г г. р. года 年 月 日 時 时 分 秒 년 월 일 시 분 초"
_WORDS = frozenset(_IN_DATES.split())
_DAY_PARTS = {"y", "m", "d"}
_HOURS_AND_MINUTES = {"h", "min"}
_SAFE_BETWEEN = {"-", ".", " "}  # a slash turns into the separator of the reader's country


@dataclass(frozen=True)
class DateSection(Section):
    """A section that shows a date, a time, or parts of them.

    `parts` are the codes in order with what stands between them; months are `m`, minutes `min`. `iso` says which of
    day and time are whole, and so are read as ISO has them.
    """

    parts: tuple[Token, ...]
    with_day: bool
    with_time: bool
    elapsed: bool
    decimals: int  # of the seconds

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> "DateSection | None":
        """The section of these tokens; None where what it shows cannot be told."""
        parts, decimals = _parts(tokens)
        names = {part.kind for part in parts} - {"literal"}
        if "" in names or any(not _is_date_word(part.text) for part in parts if part.kind == "literal"):
            return None
        elapsed = "elapsed" in names
        with_day = names >= _DAY_PARTS
        with_time = names >= _HOURS_AND_MINUTES
        section = cls(parts, with_day, with_time, elapsed, decimals)
        if elapsed:
            return section if names <= {"elapsed", "min", "s"} and section.is_bare({":"}) else None
        rest = names - {"weekday", "era"}
        if with_day or with_time:
            whole = (_DAY_PARTS if with_day else set()) | ({"h", "min", "s", "half"} if with_time else set())
            return section if rest <= whole else None
        if names <= {"min", "s"} or names == {"h"}:
            return section if section.is_bare({":"}) else None
        return section if names <= _DAY_PARTS and section.is_bare(_SAFE_BETWEEN) else None

    def is_bare(self, between: set[str]) -> bool:
        """Whether the codes are digits alone, with nothing but these signs between them."""
        return all(
            part.text in between if part.kind == "literal" else part.text.strip("[]") in _IN_DIGITS
            for part in self.parts
        )

    def shown(self, number: Decimal, since_1904: bool) -> str:
        """The date or time. A midnight beside a day is left out: that is how a plain date is stored.

        Raises:
            BadDate: Excel's calendar does not have it.
        """
        total = dates.milliseconds(number)
        step = self._step()
        total = (total + step // 2) // step * step if step <= 1000 else total // step * step
        days, of_day = divmod(total, dates.DAY)
        if not (self.with_day or self.with_time):
            return self._as_shown(total, since_1904)
        clock = _clock(of_day, self.decimals)
        if not self.with_day:
            return clock
        text = dates.day(days, since_1904).isoformat()
        return f"{text}T{clock}" if self.with_time and of_day else text

    def _step(self) -> int:
        """The unit in milliseconds that is shown last: seconds are rounded to it, what is longer is cut."""
        names = {part.kind for part in self.parts}
        if "s" in names or any(part.text.startswith("[s") for part in self.parts):
            return [1000, 100, 10, 1][self.decimals]
        return 60_000 if {"min", "elapsed", "h"} & names else dates.DAY

    def _as_shown(self, total: int, since_1904: bool) -> str:
        text = ""
        for part in self.parts:
            text += part.text if part.kind == "literal" else self._digits(part, total, since_1904)
        return text

    def _digits(self, part: Token, total: int, since_1904: bool) -> str:
        code = part.text.strip("[]")
        match part.kind:
            case "y":
                year = dates.day(total // dates.DAY, since_1904).year
                return f"{year % 100:02}" if len(code) <= 2 else str(year)
            case "m":
                value = dates.day(total // dates.DAY, since_1904).month
            case "d":
                value = dates.day(total // dates.DAY, since_1904).day
            case "elapsed":
                value = total // _UNITS[code[0]]
            case "h":
                value = total // _UNITS["h"] % 24
            case "min":
                value = total // _UNITS["m"] % 60
            case _:
                return f"{total // 1000 % 60:0{len(code)}}" + _fraction(total, self.decimals)
        fraction = _fraction(total, self.decimals) if code[0] == "s" else ""
        return f"{value:0{len(code)}}{fraction}"


_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1000}
_IN_DIGITS = {"y", "yy", "yyy", "yyyy", "m", "mm", "d", "dd", "h", "hh", "s", "ss"}


def _parts(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], int]:
    """The parts by their meaning, and the number of decimals of the seconds. A part that is not known has no kind."""
    parts: list[Token] = []
    decimals = 0
    for token in tokens:
        last = next((part.kind for part in reversed(parts) if part.kind != "literal"), "")
        if token.kind == "date":
            if token.text in {"s", "ss"} and last == "m":
                _call_minutes(parts)
            parts.append(Token(_meaning(token.text, last), token.text))
        elif token.kind == "0" and last in {"s", "elapsed"} and (decimals or parts[-1].text == "."):
            if not decimals:
                parts.pop()
            decimals += 1
        elif token.kind in {"literal", *".,/"}:
            parts.append(Token("literal", token.text))
        elif token.kind != "gap":
            parts.append(Token("", token.text))
    return tuple(parts), decimals if decimals <= 3 else 3


def _call_minutes(parts: list[Token]) -> None:
    """Changes the last month, which stands before seconds, to minutes."""
    for position in range(len(parts) - 1, -1, -1):
        if parts[position].kind == "m" and len(parts[position].text) <= 2:
            parts[position] = Token("min", parts[position].text)
            return


def _meaning(code: str, last: str) -> str:
    """What a code stands for: `m` is minutes after hours."""
    if code.startswith("["):
        return "elapsed"
    if code == "am/pm":
        return "half"
    match code[0]:
        case "m":
            return "min" if len(code) <= 2 and last in {"h", "elapsed"} else "m"
        case "d":
            return "d" if len(code) <= 2 else "weekday"
        case "a":
            return "weekday"
        case "e" | "b" | "y":
            return "y"
        case "g":
            return "era"
    return code[0]


def _is_date_word(text: str) -> bool:
    return not any(map(str.isalnum, text)) or all(
        word in _WORDS for word in re.split(r"[\s,]+", text.strip()) if any(map(str.isalnum, word))
    )


def _fraction(total: int, decimals: int) -> str:
    return f".{total % 1000:03}"[: decimals + 1] if decimals else ""


def _clock(of_day: int, decimals: int) -> str:
    """A time of day as ISO has it."""
    seconds = of_day // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{_fraction(of_day, decimals)}"
