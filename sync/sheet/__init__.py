"""A spreadsheet file, read as a person sees it. `read` is the way in.

Its modules, in the order in which they are read best:

    reader          the way in: the file as a whole
    snapshot        its content, read once
    workbook        a sheet of a workbook
    choose          which sheet that is
    merged          its merged cells
    reformatted     cells that a condition formats otherwise
    delimited       a CSV or TSV file
    encoding        in which encoding,
    code_pages      and what gives away another one
    lines           its lines
    swallowed       rows that a quote has swallowed
    header          the row with the headers, or why it is refused
    table           the rows below it, brought to one width
    stored_rows     the same, put aside on disk
    cells           texts that nobody means as a value
    corrected       a copy of a sheet with cells corrected
"""

from sync.sheet.reader import read, worksheets

__all__ = ["read", "worksheets"]
