"""A Sheet under a Mapping → Edits and Problems, judged by a pandera schema.

Its modules, in the order in which they are read best:

    validation      the way in: rows, problems and warnings of a sheet
    validated       what comes out
    layout          which column is which line of the mapping
    findings        one pass over all rows
    batch           some thousand rows of it
    columns         a column, read as the field that it is for
    numbers         what a whole number looks like in a cell
    memory          what an export remembers of the rows
    schema          what pandera finds
    row_problems    what is wrong with a row, in words
    repeats         rows for the same record
    warnings        what is doubtful, and perhaps meant
"""
