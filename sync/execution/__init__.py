"""Reads the records and sends the updates, step by step through the journal.

Its modules, in the order in which they are read best:

    run_in_progress     what both halves work on
    plan_rows           the first half: records are read, and each row is decided
    matching            which record a row means, where it does not give the id
    build               the update of a row, as planning has it
    decision            what becomes of a row
    findings            what concerns the run as a whole
    send_updates        the second half: rows for several workers
    send_row            one row: read, write down, PUT, write down
    freshness           whether a record is the one that is there now
    put_answers         what the answer to a PUT means
    missing             why the API does not know a record
"""
