"""The tables of a worksheet (Excel's Insert, Table): which of its cells Excel keeps for their totals."""

from collections.abc import Iterator

from sync.xlsx.columns import Range, parse_range
from sync.xlsx.reading.package import Package


def totals_rows(package: Package, part: str) -> Iterator[Range]:
    """The totals row of each table that has one, on the sheet in this part.

    Raises:
        ValueError: the range of a table can't be read.
        FileRefused: a part is missing or damaged.
    """
    for kind, target in package.related(part).values():
        if kind == "table":
            for table in package.elements(target, "table"):
                if table.get("totalsRowCount", "0") != "0":  # there is no more than one
                    cells = parse_range(table.get("ref", ""))
                    yield cells._replace(first_row=cells.last_row)
