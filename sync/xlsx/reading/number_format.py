"""Number formats: what a person sees of a stored number or text.

A format is followed only where what it shows can be told reliably; otherwise the cell has a problem, and nothing is
guessed. The codes, and the numbers of the built-in ones, are those of ECMA-376, part 1, 18.8.30 and 18.8.31.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from sync.xlsx.reading.date_format import DateSection
from sync.xlsx.reading.format_section import (
    CannotFollow,
    Empty,
    General,
    Section,
    Token,
    Unknown,
    digits_section,
    literal_section,
    tokens_of,
)
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
    # Of the numbers for East Asian Excel those that are a day, or a time, in each of its languages.
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33), "h:mm:ss"),
}  # fmt: skip

_MOST_SECTIONS = 4
_CONDITION = re.compile(r"\[[<>=]")
_SIGNS = re.compile(r"[-(\u2212]")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format code that has been understood, as far as that goes."""

    code: str
    numbers: tuple[Section, ...]  # for positive numbers, negative ones, zero; the first serves where others are missing
    text: tuple[Token, ...] | None  # the section for texts; None where a text is shown as it is

    @property
    def is_date(self) -> bool:
        """Whether numbers are shown as dates or times."""
        return isinstance(self.numbers[0], DateSection)

    @property
    def pads_with_zeros(self) -> bool:
        """Whether it shows leading zeros that the number itself does not have: `00000`, `000-00-0000`."""
        return self.numbers[0].pads_with_zeros

    @property
    def shows_texts_as_they_are(self) -> bool:
        """Whether a text cell of this format looks as if it had none."""
        return self.text is None or [token.kind for token in self.text if token.kind != "gap"] == ["@"]

    def shown(self, number: Decimal, since_1904: bool = False) -> str:
        """What a person sees of the number.

        Raises:
            CannotFollow: that cannot be told reliably.
            BadDate: it is shown as a date, and Excel's calendar does not have it.
        """
        first = self.numbers[0]
        if number < 0 and not isinstance(first, DateSection):
            return self._negative(number, since_1904)
        if not number and len(self.numbers) > 2:
            return self.numbers[2].shown(number, since_1904)
        return first.shown(number, since_1904)

    def _negative(self, number: Decimal, since_1904: bool) -> str:
        alone = len(self.numbers) == 1
        text = self.numbers[0 if alone else 1].shown(-number, since_1904)
        if not re.search("[1-9]", text):
            raise CannotFollow(plain(number))  # rounded to zero: programs differ in whether they show the minus
        if alone:
            return f"-{text}"
        if not _SIGNS.search(text):
            raise CannotFollow(plain(number))  # a colour is the only sign
        return text

    def shown_text(self, text: str) -> str:
        """What a person sees of a text.

        Raises:
            CannotFollow: the format hides it, or shows something else instead.
        """
        if self.text is None:
            return text
        kinds = {token.kind for token in self.text}
        if "@" not in kinds or not kinds <= {"@", "literal", "gap"}:
            raise CannotFollow(text)
        return "".join(text if token.kind == "@" else token.text for token in self.text if token.kind != "gap")


def follow(code: str) -> NumberFormat:
    """A format code, understood section by section. Empty text means General."""
    sections: list[list[Token]] = [[]]
    for token in tokens_of(code or BUILT_IN[0]):
        if token.kind == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    text: list[Token] | None = None
    if len(sections) == _MOST_SECTIONS or any(token.kind == "@" for token in sections[-1]):
        text = sections.pop()
    if len(sections) >= _MOST_SECTIONS or _CONDITION.search(code):
        numbers: tuple[Section, ...] = (Unknown(),)
    elif not sections:
        numbers = (General("", "") if all(token.kind in "@gap" for token in text or ()) else Unknown(),)
    else:
        numbers = tuple(map(_section, sections))
    return NumberFormat(code, numbers, None if text is None else tuple(text))


def _section(tokens: list[Token]) -> Section:
    """What one section of a code does with a number."""
    kinds = {token.kind for token in tokens}
    if kinds <= {"gap"}:
        return Empty()
    if "date" in kinds:
        return DateSection.of(tokens) or Unknown()
    if kinds <= {"literal", "gap"}:
        return literal_section(tokens)
    return digits_section(tokens)
