"""The sheets of the benchmark: `files.py NAME ROWS EVERY`, run apart so that the process that measures stays small."""

import csv
import sys
from pathlib import Path
from typing import Any

import records


def write_csv(path: Path, rows: Any, headers: tuple[str, ...]) -> None:
    """A CSV as Excel saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        writer.writerows(rows)


def write_xlsx(path: Path, rows: Any, headers: tuple[str, ...]) -> None:
    """A workbook with its texts in the shared table, as Excel has them."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Customers")
        for n, row in enumerate([headers, *rows]):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(n, place, value)
                elif value is not None:
                    sheet.write_number(n, place, value)


def main(path: Path, count: int, every: int, narrow: bool) -> None:
    """Make one file, if it is not there."""
    write = write_csv if path.suffix == ".csv" else write_xlsx
    write(path, records.rows(count, every, narrow), records.headers(narrow))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), narrow=len(sys.argv) > 4)
