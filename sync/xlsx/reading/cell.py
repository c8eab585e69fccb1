"""One cell: from its XML to what a person sees, and to what must be known beside that."""

from decimal import Decimal

from sync.model import Cell
from sync.xlsx.reading.dates import BadDate
from sync.xlsx.reading.escapes import unescaped
from sync.xlsx.reading.number import KEPT_DIGITS, NotANumber, TooManyDigits, is_short, plain, stored
from sync.xlsx.reading.number_format import CannotFollow, NumberFormat, follow
from sync.xlsx.reading.workbook import Workbook

Marked = tuple[str, Cell]  # a text, and what must be known beside it
Value = str | Marked
_TRUTHS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
NO_RESULT: Marked = ("", Cell(kind="formula_without_result"))


class Numbers(dict[str, Value]):
    """The numbers of one cell style: what is stored, and what a person sees of it. Worked out once for each number."""

    def __init__(self, number_format: NumberFormat, since_1904: bool) -> None:
        super().__init__()
        self._format = number_format
        self._since_1904 = since_1904
        self._is_plain = number_format.code in {"General", "@"}

    def __missing__(self, digits: str) -> Value:
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
            return self._shown(stored(digits))
        except NotANumber:
            return digits, Cell(kind="not_a_number", detail=digits)
        except TooManyDigits:
            return digits, Cell(number_format=self._format.code, kind="long_number")

    def _shown(self, number: Decimal) -> Value:
        digits = plain(number)
        code = self._format.code
        try:
            text = self._format.shown(number, self._since_1904)
        except CannotFollow:
            return digits, Cell(digits, code, "unknown_format", digits)
        except BadDate:
            return digits, Cell(digits, code, "bad_date", digits)
        return text if text == digits else (text, Cell(digits, code))


class CellReader:
    """Reads the cells of one sheet."""

    def __init__(self, workbook: Workbook) -> None:
        self.texts = workbook.texts()
        self.numbers: dict[str, Numbers] = {}
        for style, code in enumerate(workbook.formats()):
            self.numbers[str(style)] = Numbers(follow(code), workbook.since_1904)
        self.numbers[""] = self.numbers["0"]
        self.calculates_on_load = workbook.calculates_on_load

    def value(self, kind: str, style: str, is_formula: bool, text: str | None) -> Value:
        """What a cell holds; empty text where that is nothing.

        Args:
            kind: the cell's type as the format has it: n (or empty), s, str, b, e, d.
            style: the number of its style; empty for none.
            is_formula: whether it has one.
            text: what is stored in it; nothing where there is no value at all.

        Raises:
            ValueError, LookupError: the cell breaks the rules of the format.
        """
        if is_formula and self._has_no_result(kind or "n", text):
            return NO_RESULT
        if text is None:
            return ""
        match kind or "n":
            case "n":
                return self.numbers[style][text]
            case "s":
                return self.text(int(text))
            case "str":
                return unescaped(text)
            case "b":
                return _TRUTHS[text.strip()]
            case "e":
                return text, Cell(kind="error_cell", detail=text)
            case "d":
                return text.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00")
        raise ValueError(f"a cell of the unknown kind “{kind}”")

    def text(self, index: int) -> str:
        """A shared text."""
        if index < 0:
            raise IndexError("a shared text before the first")
        return self.texts[index]

    def _has_no_result(self, kind: str, text: str | None) -> bool:
        if text is None or (not text and kind != "str"):
            return True
        # XlsxWriter (so pandas and polars too) stores 0 for every formula, and asks Excel to calculate on loading.
        return self.calculates_on_load and kind == "n" and not text.strip("0.")
