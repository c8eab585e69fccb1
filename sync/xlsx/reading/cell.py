"""One cell: from its XML to what a person sees, and to what must be known beside that."""

from dataclasses import replace
from decimal import Decimal

from sync.model import Cell
from sync.xlsx.reading.dates import BadDate, serial_of
from sync.xlsx.reading.escapes import unescaped
from sync.xlsx.reading.format_section import CannotFollow
from sync.xlsx.reading.number import KEPT_DIGITS, NotANumber, TooManyDigits, is_short, plain, stored
from sync.xlsx.reading.number_format import NumberFormat, follow
from sync.xlsx.reading.workbook import UNKNOWN_FORMAT, Workbook

Marked = tuple[str, Cell]  # a text, and what must be known beside it
Value = str | Marked
_MOST_HELD = 50_000  # numbers of a style; a column of ids has a million
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
NO_RESULT: Marked = ("", Cell(kind="formula_without_result"))


class CellBroken(ValueError):
    """A cell that breaks the rules of the format. The text says how, in words for somebody who knows Excel."""


class Numbers(dict[str, Value]):
    """The numbers of one cell style: what is stored, and what a person sees of it. Those that were asked for last."""

    def __init__(self, number_format: NumberFormat, since_1904: bool) -> None:
        super().__init__()
        self.format = number_format
        self._since_1904 = since_1904
        self._is_plain = number_format.code in {"General", "@"}

    def __missing__(self, digits: str) -> Value:
        if len(self) > _MOST_HELD:
            self.clear()
        if self._is_plain and len(digits) <= KEPT_DIGITS and is_short(digits):
            self[digits] = digits
            return digits
        value = self._value(digits)
        self[digits] = value
        return value

    def _value(self, digits: str) -> Value:
        if not digits.strip():
            return ""
        try:
            return self.shown(stored(digits))
        except NotANumber:
            return digits, Cell(kind="not_a_number", detail=digits)
        except TooManyDigits:
            return digits, Cell(number_format=self.format.code, kind="long_number")

    def shown(self, number: Decimal) -> Value:
        """What a person sees of a number."""
        digits = plain(number)
        is_date = self.format.is_date
        cell = Cell(digits, self.format.code, is_date=is_date)
        try:
            text = self.format.shown(number, self._since_1904)
        except CannotFollow:
            return digits, replace(cell, kind="unknown_format", detail=digits)
        except BadDate:
            return digits, replace(cell, kind="bad_date", detail=digits)
        return text if text == digits and not is_date else (text, cell)

    def shown_date(self, text: str) -> Value:
        """What a person sees of a date that is stored as a text, as Strict workbooks have it."""
        try:
            serial = serial_of(text, self._since_1904)
        except BadDate:
            return text, Cell(kind="bad_date", detail=text)
        if not self.format.is_date:  # Excel shows the day's number, and other programs the day
            return text, Cell(number_format=self.format.code, kind="unknown_format", detail=text)
        return self.shown(serial)


class CellReader:
    """Reads the cells of one workbook.

    Attributes:
        texts: the shared texts.
        numbers: by style, as the cells name it.
        odd_styles: styles that do more to a cell than show its number: strike it through, or show its text otherwise.
        struck_styles: those of them that strike it through.
        bare_styles: styles that show a number without leading zeros, and not as a date.
    """

    def __init__(self, workbook: Workbook) -> None:
        self.texts = workbook.texts()
        self.struck_texts = self.texts.struck
        self.numbers: dict[str, Numbers] = {}
        self.struck_styles: set[str] = set()
        by_code: dict[str, Numbers] = {}
        for style, (code, is_struck) in enumerate(workbook.styles()):
            if code not in by_code:
                by_code[code] = Numbers(follow(code), workbook.since_1904)
            self.numbers[str(style)] = by_code[code]
            if is_struck:
                self.struck_styles.add(str(style))
        self.numbers[""] = self.numbers["0"]
        if "0" in self.struck_styles:
            self.struck_styles.add("")
        self.odd_styles = self.struck_styles | {
            style for style, numbers in self.numbers.items() if not numbers.format.shows_texts_as_they_are
        }
        self.bare_styles = {
            style
            for style, numbers in self.numbers.items()
            if not (numbers.format.is_date or numbers.format.pads_with_zeros)
        }
        self.calculates_on_load = workbook.calculates_on_load

    def value(self, kind: str, style: str, is_formula: bool, text: str | None) -> Value:
        """What a cell holds; empty text where that is nothing.

        Args:
            kind: the cell's type as the format has it: n (or empty), s, str, b, e, d.
            style: the number of its style; empty for none.
            is_formula: whether it has one.
            text: what is stored in it; None where there is no value at all.

        Raises:
            CellBroken: the cell breaks the rules of the format.
        """
        if is_formula and self._has_no_result(kind or "n", text):
            return NO_RESULT
        if text is None or (not text and kind == "s"):
            return ""
        match kind or "n":
            case "n":
                return self.style(style)[text]
            case "s":
                return self.as_shown(style, self._shared(text))
            case "str":
                return self.as_shown(style, unescaped(text))
            case "b":
                return self._truth(text)
            case "e":
                return text, Cell(kind="error_cell", detail=text)
            case "d":
                return self.style(style).shown_date(text) if text.strip() else ""
        raise CellBroken(f"a cell is of the unknown type “{kind}”")

    def style(self, style: str) -> Numbers:
        """The numbers of a style. What a style that the workbook does not define shows is unknown."""
        if style not in self.numbers:
            self.numbers[style] = Numbers(follow(UNKNOWN_FORMAT), since_1904=False)
        return self.numbers[style]

    def as_shown(self, style: str, text: str) -> Value:
        """What a person sees of a text in a cell of this style."""
        if style not in self.odd_styles:
            return text
        number_format = self.style(style).format
        try:
            return number_format.shown_text(text) if text else ""
        except CannotFollow:
            return text, Cell(number_format=number_format.code, kind="unknown_format", detail=f"“{text}”")

    def _shared(self, index: str) -> str:
        try:
            return self.texts[index.strip()]
        except KeyError as error:
            raise CellBroken(f"a cell names the text number {index}, which the workbook does not have") from error

    def _truth(self, text: str) -> str:
        truth = _TRUTHS.get(text.strip())
        if truth is None:
            raise CellBroken(f"a cell for TRUE or FALSE holds “{text}”")
        return truth

    def _has_no_result(self, kind: str, text: str | None) -> bool:
        if text is None or (not text and kind != "str"):
            return True
        # XlsxWriter (so pandas and polars too) stores 0 for every formula, and asks Excel to calculate on loading.
        return self.calculates_on_load and kind == "n" and not text.strip("0.")
