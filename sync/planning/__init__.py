"""Edits and records → planned updates. Pure: no journal, no network, no database row.

Its modules, in the order in which they are read best:

    update          a row's edits beside its record: changes, problems or a conflict
    replay          changes that were planned before, beside the record as it is now
    undo            changes that were sent before, put back
    unchanged       the quick way for rows that ask for nothing
    body            what a PUT holds
    comparison      when two values, and two lists, are the same
    items           which item of a record's list a person means
    losses          edits that are what a program made of a value: of numbers here,
    dates           of dates,
    times           of times,
    damaged_text    of letters
    refusals        the API's words, told of the sheet's columns
    summary         what the results say of a record
    wording         headers and values in messages
"""
