"""The worksheets of a file, by name."""

from pathlib import Path

from sync.sheet.reader import WORKBOOKS


def worksheets(path: Path) -> list[str]:
    """The names of a workbook's visible worksheets, in their order; none for a file that is not a workbook.

    Raises:
        FileRefused: the workbook can't be read.
    """
    if path.suffix.lower() not in WORKBOOKS:
        return []
    from sync.xlsx.reading.package import opened  # late: a CSV needs none of it
    from sync.xlsx.reading.workbook import read_workbook

    with opened(path) as package:
        return [entry.name for entry in read_workbook(package).sheets if entry.visible]
