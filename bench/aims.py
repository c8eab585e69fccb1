"""What is aimed at, and how today stands to it: the first table of the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Figures = dict[str, float]  # what was measured, by the names below


@dataclass(frozen=True)
class Aim:
    """A figure that is to be at most, or at least, so much."""

    figure: str
    what: str
    unit: str  # put behind the number: " MB", " %", or "" for a multiple
    aim: float | None  # None: it is only watched
    first_release: str = ""  # what version 0.1.0 had, on the same kind of machine
    digits: int = 2
    at_least: bool = False

    def line(self, figures: Mapping[str, float]) -> tuple[str, str, str, str]:
        """A line of the table."""
        aim = "" if self.aim is None else f"{'≥' if self.at_least else '≤'} {self._text(self.aim)}"
        now = figures.get(self.figure)
        if now is None:
            return self.what, aim, self.first_release, "not measured"
        missed = self.aim is not None and (now < self.aim if self.at_least else now > self.aim)
        return self.what, aim, self.first_release, f"{self._text(now)}{' (missed)' if missed else ''}"

    def _text(self, number: float) -> str:
        return f"{number:,.{self.digits}f}{self.unit}"


AIMS = (
    Aim("check xlsx", "`check` of 100,000 rows x 35, xlsx, as a multiple of python-calamine alone", "", 2.2, "2.45"),
    Aim("check csv", "`check` of 100,000 rows x 35, CSV, as a multiple of the csv module alone", "", 9.0, "9.4"),
    Aim("row csv", "a row at 1,000,000 x 12, CSV, as a multiple of one at 100,000", "", 1.1),
    Aim("row xlsx", "the same, xlsx", "", 1.1),
    Aim("peak csv", "peak memory of `check` of 1,000,000 rows x 12, CSV", " MB", 350, digits=0),
    Aim("peak xlsx", "the same, xlsx", " MB", 350, digits=0),
    Aim("growth csv", "that peak as a multiple of the one at 100,000 rows, CSV", "", 1.3),
    Aim("growth xlsx", "the same, xlsx", "", 1.3),
    Aim("preview before", "preview of 100,000 rows x 35, as a multiple of version 0.1.0's", "", 0.6, "1"),
    Aim("preview", "its CPU", " s", None, digits=0),
    Aim("preview peak", "its peak memory", " MB", 350, "367 MB", digits=0),
    Aim("preview growth", "that peak as a multiple of the one at 10,000 rows", "", 1.3),
    Aim("million peak", "peak memory of a preview of 1,000,000 rows x 12 with its workbook (`--only p`)", " MB",
        350, digits=0),
    Aim("million sent", "the same of a run that sends every tenth of as many (`--only s`)", " MB", 350, digits=0),
    Aim("workbook", "results workbook of 30,000 rows x 57, as a multiple of XlsxWriter's", "", 0.5),
    Aim("workbook openpyxl", "that of 10,000 rows, as a multiple of openpyxl's write_only", "", 0.5),
    Aim("start", "`check` of ten rows, as a multiple of importing pandas and pandera", "", 1.1, "1.3"),
    Aim("help", "`--help`, as a multiple of `python -c pass`", "", 6, "5", digits=1),
    Aim("sending", "requests/s of the sending, as a share of a bare `httpx.Client` loop", " %", 80, "83 to 84 %",
        digits=0, at_least=True),
    Aim("paced 20", "time at 20 requests/s, as a multiple of requests ÷ rate", "", 1.02, "1.005", digits=3),
    Aim("paced 100", "the same at 100 requests/s", "", 1.02, "1.015", digits=3),
    Aim("burst 20", "most requests in any second at 20 requests/s", "", 21, "21", digits=0),
    Aim("burst 100", "the same at 100 requests/s", "", 101, "101", digits=0),
    Aim("journal", "the journal, a row of 35 columns", " B", None, digits=0),
    Aim("runs", "`runs` with 100 past runs, CPU beyond that of `--help`", " s", 0.2),
    Aim("memory", "reading an export that remembers, more than one that does not", " %", 40, digits=0),
)  # fmt: skip


def summary(figures: Mapping[str, float]) -> Iterator[str]:
    """The table, as Markdown."""
    yield "| | aimed at | version 0.1.0 | now |"
    yield "| --- | ---: | ---: | ---: |"
    for aim in AIMS:
        yield f"| {' | '.join(aim.line(figures))} |"
    yield ""
