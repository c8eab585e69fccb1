"""Number formats: what a person sees of a stored number.

Only formats that can be followed for certain are: the others are a problem of the cell, never a guess. The codes, and
the numbers of the built-in ones, are those of ECMA-376, part 1, 18.8.30 and 18.8.31.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Protocol

from sync.xlsx.reading import dates
from sync.xlsx.reading.number import plain

_ACCOUNTING = '_(* #,##0{0}_);_(* \\(#,##0{0}\\);_(* "-"{1}_);_(@_)'
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"$"#,##0_);\\("$"#,##0\\)', 6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)', 8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: _ACCOUNTING.format("", ""), 42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: _ACCOUNTING.format(".00", "??"), 44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    # Of the ids for East Asian Excel those that are a day, or a time, in each of its languages.
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33), "h:mm:ss"),
}  # fmt: skip


_SYMBOL = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|General|AM/PM|A/P|E[+-]|.', re.IGNORECASE | re.DOTALL)
_COLOUR_OR_LOCALE = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+|\$-[0-9a-f]+(?:,[0-9]+)?)\]", re.IGNORECASE
)
_DAY_OR_TIME = re.compile(r"(?:[ymdhsegba]|AM/PM|A/P|[^0#?@%*_\[\]a-z])+", re.IGNORECASE)
_SHOWN_AS_IT_IS = " -+()/:"
_LITERAL = 0xE000  # where a literal's characters are put, out of the way of the placeholders
_ANY = "[\ue000-\ue07f]"
_NUMBER = re.compile(
    rf"(?P<before>{_ANY}*)(?:(?P<general>General|@)|"
    r"(?P<whole>[#0,]*)(?:\.(?P<fraction>0*#*))?(?:E\+(?P<power>0+))?(?P<percent>%?))"
    rf"(?P<after>{_ANY}*)",
    re.IGNORECASE,
)
_MASK = re.compile(f"0(?:0|{_ANY})*0")
_WHOLE = re.compile(r"#*0*")
_EXACT = Context(prec=1000)


class CannotFollow(ValueError):
    """What a format shows of this number can't be told for certain."""


class _Section(Protocol):
    """One of the parts of a format code: for positive numbers, negative ones, zero."""

    def shown(self, number: Decimal, since_1904: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format code that has been understood, as far as that goes."""

    code: str
    sections: tuple[_Section, ...]

    def shown(self, number: Decimal, since_1904: bool = False) -> str:
        """What a person sees of the number.

        Raises:
            CannotFollow: that can't be told for certain.
            BadDate: it is shown as a date, and is none.
        """
        only = len(self.sections) == 1
        if number < 0 and not isinstance(self.sections[0], _DayOrTime):
            text = self.sections[0 if only else 1].shown(-number, since_1904)
            if not re.search("[1-9]", text):
                raise CannotFollow(plain(number))  # rounded to zero: programs differ about the minus
            return f"-{text}" if only else text
        return self.sections[2 if len(self.sections) > 2 and not number else 0].shown(number, since_1904)


def follow(code: str) -> NumberFormat:
    """A format code, understood section by section."""
    sections: list[list[str]] = [[]]
    for symbol in _SYMBOL.findall(code or BUILT_IN[0]):
        if symbol == ";":
            sections.append([])
        else:
            sections[-1].append(symbol)
    return NumberFormat(code, tuple(_section(symbols) for symbols in sections[:3]))


def _section(symbols: list[str]) -> _Section:
    symbols = [symbol for symbol in symbols if not _is_unseen(symbol)]
    bare = "".join(symbol for symbol in symbols if symbol[0] not in '"\\')
    if not symbols:
        return _Nothing()
    if re.search("[ymdhs]", bare, re.IGNORECASE) and _DAY_OR_TIME.fullmatch(bare):
        return _day_or_time(bare.lower())
    pattern = "".join(map(_as_pattern, symbols))
    if _MASK.fullmatch(pattern) and not pattern.isdecimal():
        return _Mask(pattern)
    return _number(pattern)


def _is_unseen(symbol: str) -> bool:
    return (len(symbol) == 2 and symbol[0] in "_*") or bool(_COLOUR_OR_LOCALE.fullmatch(symbol))


def _as_pattern(symbol: str) -> str:
    if symbol[0] in '"\\' and len(symbol) > 1:
        literal = symbol[1:].removesuffix('"') if symbol[0] == '"' else symbol[1:]
    elif symbol in _SHOWN_AS_IT_IS:
        literal = symbol
    else:
        return symbol
    return "".join(chr(_LITERAL + ord(character)) if character.isascii() else "?" for character in literal)


def _as_text(literals: str) -> str:
    return "".join(chr(ord(character) - _LITERAL) for character in literals)


def _day_or_time(bare: str) -> _Section:
    with_time = bool(re.search("[hs]|am/pm|a/p", bare))
    months = "mmm" in bare or ("m" in bare.replace("am/pm", "") and not with_time)
    with_day = months or bool(re.search("[yd]", bare))
    return _DayOrTime(with_day, with_time)


def _number(pattern: str) -> _Section:
    found = _NUMBER.fullmatch(pattern)
    if found is None:
        return _Unknown()
    before, after = _as_text(found["before"]), _as_text(found["after"])
    if before.strip(" -+(") or after.strip(" -)"):
        return _Unknown()  # a currency or a prefix: part of what is seen, and perhaps not of what is meant
    if found["general"]:
        return _General(before, after)
    whole, fraction, power = found["whole"], found["fraction"] or "", found["power"] or ""
    digits = whole.replace(",", "")
    if not _WHOLE.fullmatch(digits) or not (digits or fraction) or whole.strip(",") != whole:
        return _Unknown()
    if power:
        plainly = digits == "0" and "#" not in fraction and not found["percent"] and whole == digits
        return _Scientific(len(fraction), len(power)) if plainly and not before + after else _Unknown()
    percent = "%" if found["percent"] else ""
    point = found["fraction"] is not None
    return _Digits(before, percent + after, digits.count("0"), "," in whole, point, fraction, bool(percent))


@dataclass(frozen=True, slots=True)
class _Unknown:
    def shown(self, number: Decimal, since_1904: bool) -> str:
        raise CannotFollow(plain(number))


@dataclass(frozen=True, slots=True)
class _Nothing:
    """An empty section. A zero that is left blank is a habit; any other number that does not show is a riddle."""

    def shown(self, number: Decimal, since_1904: bool) -> str:
        if number:
            raise CannotFollow(plain(number))
        return ""


@dataclass(frozen=True, slots=True)
class _General:
    before: str
    after: str

    def shown(self, number: Decimal, since_1904: bool) -> str:
        return f"{self.before}{plain(number)}{self.after}"


@dataclass(frozen=True, slots=True)
class _DayOrTime:
    with_day: bool
    with_time: bool

    def shown(self, number: Decimal, since_1904: bool) -> str:
        return dates.shown(number, since_1904, self.with_day, self.with_time)


@dataclass(frozen=True, slots=True)
class _Mask:
    """Zeros with signs between them (`000-00-0000`): the digits are put in from the right."""

    pattern: str

    def shown(self, number: Decimal, since_1904: bool) -> str:
        digits = list(plain(_rounded(number, 0)))
        places = sum(character == "0" for character in self.pattern)
        if len(digits) > places:
            raise CannotFollow(plain(number))
        digits = ["0"] * (places - len(digits)) + digits
        return "".join(digits.pop(0) if place == "0" else _as_text(place) for place in self.pattern)


@dataclass(frozen=True, slots=True)
class _Scientific:
    places: int
    power_digits: int

    def shown(self, number: Decimal, since_1904: bool) -> str:
        power = number.adjusted() if number else 0
        digits = _rounded(number.scaleb(-power, _EXACT), self.places)
        if digits >= 10:
            power, digits = power + 1, _rounded(digits.scaleb(-1, _EXACT), self.places)
        sign = "-" if power < 0 else "+"
        return f"{digits}E{sign}{abs(power):0{self.power_digits}}"


@dataclass(frozen=True, slots=True)
class _Digits:
    """Plain digits: so many before the point at least, grouped or not, so many after it."""

    before: str
    after: str
    zeros: int
    grouped: bool
    point: bool
    fraction: str  # zeros that are always shown, then #, shown where there is something to show
    percent: bool

    def shown(self, number: Decimal, since_1904: bool) -> str:
        scaled = number.scaleb(2, _EXACT) if self.percent else number
        whole, _, fraction = format(_rounded(scaled, len(self.fraction)), "f").partition(".")
        always = self.fraction.count("0")
        fraction = fraction[:always] + fraction[always:].rstrip("0")
        whole = whole.lstrip("0").rjust(self.zeros, "0")
        if self.grouped:
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole)
        return f"{self.before}{whole}{'.' * self.point}{fraction}{self.after}"


def _rounded(number: Decimal, places: int) -> Decimal:
    """Halves away from zero, as Excel shows them."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
