"""One section of a number format: its tokens, and what it shows of a number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple
from unicodedata import category

from sync.xlsx.reading.number import plain

_EXACT = Context(prec=1000)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<gap>_.|\* )|(?P<filler>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<halves>AM/PM|A/P)|(?P<power>E[+-])|(?P<date>y+|m+|d+|h+|s+|g+|b+|e+|a+)"
    r"|(?P<symbol>[0#?.,%/@;])|(?P<literal>[-+():$ !^&'~{}<>=\u00a3\u00a5\u20ac])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR_OR_LOCALE = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?[0-9]+|eng|\$-[^\]]*", re.IGNORECASE
)
_ELAPSED = re.compile("h+|m+|s+", re.IGNORECASE)
# Around the digits these say nothing more than a sign; a currency is part of the text, anything else is a riddle.
_HARMLESS = " -+()\u00a0\u202f"
_CODES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RON "
    "RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR kr Ft zł Kč R$ US$ A$ C$ NZ$ HK$ S$ Fr. SFr."
)
_CURRENCIES = frozenset(_CODES.split())
_WHOLE = re.compile(r"#*0*")
_SPACED = re.compile(r"#<literal>##[#0][^<,]*$")  # `# ##0.00`: what people of many countries type
_BLANKS = " \u00a0\u202f"
_FRACTION = re.compile(r"[#0]<literal>\?+/\?+")


class CannotFollow(ValueError):
    """What a format shows of this value cannot be told reliably."""


class Token(NamedTuple):
    """A piece of a format code. Its kind is the symbol itself (`0`, `@` …) or a name (`literal`, `gap`, `date` …)."""

    kind: str
    text: str


def tokens_of(code: str) -> Iterator[Token]:
    """The pieces of a format code in order. Colours, locales and blanks of a stated width are gaps."""
    for match in _TOKEN.finditer(code):
        name, text = match.lastgroup or "", match.group(match.lastgroup or 0)
        if name == "bracket":
            yield _bracket(text)
        elif name in {"quoted", "escaped", "literal"}:
            yield Token("literal", text)
        elif name == "halves":
            yield Token("date", "am/pm")
        elif name == "date":
            yield Token("date", text.lower())
        else:
            yield Token(text if name == "symbol" else name, text)


def _bracket(text: str) -> Token:
    if _COLOUR_OR_LOCALE.fullmatch(text):
        return Token("gap", "")
    if _ELAPSED.fullmatch(text):
        return Token("date", f"[{text.lower()}]")
    if text.startswith("$"):
        return Token("currency", text[1:].partition("-")[0])
    return Token("other", text)


class Section:
    """One of the parts of a format code: for positive numbers, negative ones, zero."""

    @property
    def pads_with_zeros(self) -> bool:
        """Whether it shows leading zeros that the number does not have."""
        return False

    def shown(self, number: Decimal, since_1904: bool) -> str:
        """What a person sees of a number that is not negative.

        Raises:
            CannotFollow: that cannot be told reliably.
        """
        raise CannotFollow(plain(number))


class Unknown(Section):
    """A section that cannot be followed."""


class Empty(Section):
    """An empty section. A zero that is left blank is a habit; any other number that does not show is a riddle."""

    def shown(self, number: Decimal, since_1904: bool) -> str:
        if number:
            raise CannotFollow(plain(number))
        return ""


@dataclass(frozen=True)
class Literal(Section):
    """A section of text alone, such as the dash for zero in accounting formats."""

    text: str

    def shown(self, number: Decimal, since_1904: bool) -> str:
        if number:
            raise CannotFollow(plain(number))
        return self.text


@dataclass(frozen=True)
class General(Section):
    """The format of a cell that has none."""

    before: str
    after: str

    def shown(self, number: Decimal, since_1904: bool) -> str:
        return f"{self.before}{plain(number)}{self.after}"


@dataclass(frozen=True)
class Mask(Section):
    """Zeros with signs between them (`000-00-0000`): the digits are put in from the right."""

    before: str
    pattern: tuple[str, ...]
    after: str

    @property
    def pads_with_zeros(self) -> bool:
        return True

    def shown(self, number: Decimal, since_1904: bool) -> str:
        digits = list(plain(rounded(number, 0)))
        positions = self.pattern.count("0")
        if len(digits) > positions:
            raise CannotFollow(plain(number))
        digits = ["0"] * (positions - len(digits)) + digits
        return self.before + "".join(digits.pop(0) if part == "0" else part for part in self.pattern) + self.after


@dataclass(frozen=True)
class Scientific(Section):
    """`0.00E+00`: one digit before the point."""

    decimals: int
    power_digits: int

    def shown(self, number: Decimal, since_1904: bool) -> str:
        power = number.adjusted() if number else 0
        digits = rounded(number.scaleb(-power, _EXACT), self.decimals)
        if digits >= 10:
            power, digits = power + 1, rounded(digits.scaleb(-1, _EXACT), self.decimals)
        sign = "-" if power < 0 else "+"
        return f"{digits:f}E{sign}{abs(power):0{self.power_digits}}"


class Fraction(Section):
    """`# ?/?`: a whole number is shown as one, and any other as a fraction that may be rounded."""

    def shown(self, number: Decimal, since_1904: bool) -> str:
        if number != number.to_integral_value():
            raise CannotFollow(plain(number))
        return plain(number)


@dataclass(frozen=True)
class Digits(Section):
    """Plain digits: so many before the point at least, grouped or not, so many after it."""

    before: str
    after: str
    zeros: int
    separator: str  # between thousands; a blank stands before the last three digits, whatever stands before it
    point: bool
    fraction: str  # zeros that are always shown, then #, shown where there is something to show
    percent: bool

    @property
    def pads_with_zeros(self) -> bool:
        return self.zeros > 1

    def shown(self, number: Decimal, since_1904: bool) -> str:
        scaled = number.scaleb(2, _EXACT) if self.percent else number
        whole, _, fraction = format(rounded(scaled, len(self.fraction)), "f").partition(".")
        always = self.fraction.count("0")
        fraction = fraction[:always] + fraction[always:].rstrip("0")
        whole = whole.lstrip("0").rjust(self.zeros, "0")
        if self.separator == ",":
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole)
        elif self.separator:
            whole = f"{whole[:-3]}{self.separator}{whole[-3:]}"
        return f"{self.before}{whole}{'.' * self.point}{fraction}{self.after}"


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Halves away from zero, as Excel shows them."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)


def literal_section(tokens: Sequence[Token]) -> Section:
    """A section that has no digits."""
    return Literal("".join(token.text for token in tokens if token.kind != "gap").strip())


def digits_section(tokens: Sequence[Token]) -> Section:
    """A section that shows digits."""
    seen = [token for token in tokens if token.kind != "gap"]
    positions = [position for position, token in enumerate(seen) if token.kind in {*"0#?.,", "general", "power"}]
    if not positions:
        return Unknown()
    core = seen[positions[0] : positions[-1] + 1]
    before, after = _around(seen[: positions[0]]), _around(seen[positions[-1] + 1 :])
    if before is None or after is None or "%" in before:
        return Unknown()
    kinds = "".join(token.kind if len(token.kind) == 1 else f"<{token.kind}>" for token in core)
    if kinds == "<general>":
        return General(before, after)
    if not kinds.strip("?") and "%" not in after:
        return Literal((before + after).strip())  # shows blanks for zero
    if _FRACTION.fullmatch(kinds) and core[1].text == " " and not before + after:
        return Fraction()
    if _SPACED.match(kinds) and core[1].text in _BLANKS:
        section = _plain_digits(kinds.replace("<literal>", ""), [core[0], *core[2:]], before, after)
        return replace(section, separator=core[1].text) if isinstance(section, Digits) else section
    if "<literal>" in kinds:
        is_mask = set(kinds.replace("<literal>", "")) == {"0"} and "%" not in after
        return Mask(before, tuple(token.text for token in core), after) if is_mask else Unknown()
    return _plain_digits(kinds.replace("<power>", "E"), core, before, after)


def _plain_digits(kinds: str, core: Sequence[Token], before: str, after: str) -> Section:
    match = re.fullmatch(r"(?P<whole>[#0,]*)(?:\.(?P<fraction>0*#*))?(?:E(?P<power>0+))?", kinds)
    if match is None:
        return Unknown()
    whole, fraction, power = match["whole"], match["fraction"] or "", match["power"] or ""
    digits = whole.replace(",", "")
    if not _WHOLE.fullmatch(digits) or not (digits or fraction) or whole.strip(",") != whole:
        return Unknown()
    if power:
        with_plus = any(token.text == "E+" for token in core)
        is_plain = digits == "0" and whole == digits and "#" not in fraction and not before + after and with_plus
        return Scientific(len(fraction), len(power)) if is_plain else Unknown()
    point = match["fraction"] is not None
    return Digits(before, after, digits.count("0"), "," * ("," in whole), point, fraction, "%" in after)


def _around(tokens: Sequence[Token]) -> str | None:
    """The text beside the digits; None where it may be more than a sign, a currency or a percent sign."""
    text = ""
    for token in tokens:
        if token.kind not in {"literal", "currency", "%"}:
            return None
        bare = token.text.strip(_HARMLESS)
        if bare and token.kind == "literal" and not is_currency(bare):
            return None
        text += token.text
    return text if text.count("%") <= 1 else None


def is_currency(text: str) -> bool:
    """Whether this is the sign or the code of a currency."""
    return text in _CURRENCIES or (len(text) == 1 and category(text) == "Sc")
