"""Every step of every run, on disk before it is acted on. The only room that knows SQL.

Its modules, in the order in which they are read best:

    tables          the tables, and the steps by which they grow
    database        the file: opened, guarded
    steps           typed values → lines of the journal
    input_rows      the rows of a sheet among them
    writer          commits them
    unpack          lines of the journal → typed values
    reader          reads them
    row_pages       the same, a page at a time
    transfer        the rows of a run as JSON, for plan files
    run_lock        one run at a time
    forget          personal data leaves
"""
