"""Whether a date in a cell is what a program made of a code: 3-4 → 4-Mar, MAR 24 → 2024-03-01, 1/2 → 2026-01-02.

A code can be read in several ways (month first, day first, a year in two digits or none); so can a date. They are the
same if one reading fits both.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

Reading = tuple[int | None, int, int | None]  # year, month, day; None: unknown

# The months' names, short and in full, in the European languages in which Excel reads and writes them.
_NAMES = (
    "jan january januar januari jän jänner ene enero janv janvier gen gennaio janeiro sty styczeń led leden tammi oca "
    "янв",
    "feb february februar februari febr févr février febrero febbraio fev fevereiro lut luty úno únor helmi şub фев",
    "mar march mär märz mrz mars marzo março maart mrt marzec bře březen márc maalis мар",
    "apr april avr avril abr abril aprile kwi kwiecień dub duben ápr huhti nis апр",
    "may mai mei maj mayo mag maggio maio kvě květen máj touko май",
    "jun june juni juin junio giu giugno junho cze czerwiec čvn červen jún kesä haz июн",
    "jul july juli juil juillet julio lug luglio julho lip lipiec čvc červenec júl heinä tem июл",
    "aug august augustus augusti août aout ago agosto sie sierpień srp srpen elo ağu авг",
    "sep sept september septiembre septembre set settembre setembro wrz wrzesień zář září szept syys eyl сен",
    "oct october okt oktober octubre octobre ott ottobre out outubro paź październik říj říjen loka eki окт",
    "nov november noviembre novembre novembro lis listopad listopadu marras kas ноя",
    "dec december dez dezember dic diciembre décembre déc dicembre dezembro gru grudzień pro prosinec des joulu ara "
    "дек",
)
_MONTHS = {name: n for n, names in enumerate(_NAMES, start=1) for name in names.split()}
_NAME = r"[^\W\d_]{3,12}"
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_BETWEEN = r"(?:[-/. ]\s?|(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_]))"
_CODE = re.compile(rf"(?:[0-9]{{1,4}}|{_NAME}\.?){_BETWEEN}(?:[0-9]{{1,4}}|{_NAME}\.?)(?:[-/. ]\s?[0-9]{{1,4}})?\.?")
_WITH_NAME = re.compile(rf"[0-9]{{1,2}}(?:[-/]|\. ?){_NAME}\.?(?:[- .][0-9]{{2,4}})?|{_NAME}\.?-[0-9]{{2,4}}")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_FULL = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.]) ?([0-9]{1,2})\2 ?([0-9]{1,2})\.?")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{2})")
_EAST_ASIAN = re.compile(r"([0-9]{1,2})[月월] ?([0-9]{1,2})[日일]")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))  # ECMA-376, part 1, 18.17.4.1


def are_the_same_date(code: str, shown: str) -> bool:
    """Whether a cell that shows this date, or its serial number, is what a program made of the code."""
    if not _CODE.fullmatch(code) or _ISO.fullmatch(code) or len(code) > 20 or len(shown) > 30:
        return False
    written = _of_a_code(code)
    cell = _of_a_code(shown) if _is_short(code, shown) else _of_a_cell(shown)
    return any(_fits(was, is_now) for is_now in cell for was in written)


def _is_short(code: str, shown: str) -> bool:
    """Whether a cell shows a date with the last two digits of its year. With the code's own signs it may be a code."""
    match = _SHORT_YEAR.fullmatch(shown)
    return match is not None and match[2] not in code


def _fits(was: Reading, is_now: Reading) -> bool:
    """Whether the same day can be meant: what a code does not say, a program has filled in."""
    year, month, day = was
    now_year, now_month, now_day = is_now
    years = year is None or now_year is None or year == now_year
    days = now_day is None or (now_day == 1 if day is None else day == now_day)
    return month == now_month and years and days


@lru_cache(maxsize=256)
def _of_a_code(code: str) -> frozenset[Reading]:
    """Every way to read a code as a date."""
    parts = _PARTS.findall(code.lower())
    named = [_MONTHS.get(part) for part in parts if not part.isdigit()]
    numbers = [part for part in parts if part.isdigit()]
    if len(named) > 1 or (named and named[0] is None) or len(parts) not in (2, 3):
        return frozenset()
    return frozenset(_readings(named[0] if named else None, numbers))


def _readings(month: int | None, numbers: list[str]) -> Iterator[Reading]:
    if month is not None:
        for number in numbers if len(numbers) == 1 else []:
            yield from _checked((None, month, int(number)))
            yield from ((year, month, None) for year in _years(number))
        if len(numbers) == 2:
            for day, year in (numbers, numbers[::-1]):
                yield from (r for y in _years(year) for r in _checked((y, month, int(day))))
        return
    if len(numbers) == 2:
        first, second = numbers
        yield from _checked((None, int(first), int(second)))
        yield from _checked((None, int(second), int(first)))
        for number, year in (numbers, numbers[::-1]):
            yield from (r for y in _years(year) for r in _checked((y, int(number), None)))
    if len(numbers) == 3:
        a, b, c = numbers
        for day, mon, year in ((a, b, c), (b, a, c), (c, b, a)):
            yield from (r for y in _years(year) for r in _checked((y, int(mon), int(day))))


def _years(digits: str) -> list[int]:
    """The years that these digits can mean."""
    if len(digits) == 4:
        return [int(digits)]
    return [1900 + int(digits), 2000 + int(digits)] if len(digits) <= 2 else []


def _checked(reading: Reading) -> Iterator[Reading]:
    _, month, day = reading
    if 1 <= month <= 12 and (day is None or 1 <= day <= 31):
        yield reading


def _of_a_cell(shown: str) -> Iterator[Reading]:
    """What a cell's text says if it looks as a program writes a date: ISO, with a month's name, or in full.

    A year of two digits is left to `_is_short`.
    """
    if iso := _ISO.fullmatch(shown):
        year, month, day = map(int, iso.groups())
        yield from _checked((year, month, day))
    elif full := _FULL.fullmatch(shown):
        first, second, year = int(full[1]), int(full[3]), int(full[4])
        yield from _checked((year, first, second))
        yield from _checked((year, second, first))
    elif year_first := _YEAR_FIRST.fullmatch(shown):
        yield from _checked((int(year_first[1]), int(year_first[3]), int(year_first[4])))
    elif east_asian := _EAST_ASIAN.fullmatch(shown):
        yield from _checked((None, int(east_asian[1]), int(east_asian[2])))
    elif _SERIAL.fullmatch(shown):
        for epoch in _EPOCHS:
            day_ = epoch + timedelta(days=int(shown))
            yield day_.year, day_.month, day_.day
    elif _WITH_NAME.fullmatch(shown):
        yield from _of_a_code(shown)
