"""The loop in the browser, on loopback. Thin: the same commands and the same journal as the command line.

Its modules, in the order in which they are read best:

    server          starts the app, and opens the browser
    pages           the addresses, and how a page comes to be
    guard           who may talk to it
    view            what all pages share
    jobs            the command that runs in the background
    steps           the steps of the loop
    app_sandbox     the sandbox of a session

From a file to a preview:

    start_pages     the start page, and exports
    sheet_pages     the file, its worksheet and its header
    column_pages    which column is which field
    problem_pages   what the check found
    draft_work      the commands behind these pages
    drafts          the sheets in work, each with what was chosen for it
    looked          a sheet as the pages need it
    columns         what is offered for each header, and what is chosen
    saved_mappings  the choices, as mapping files
    cells           how a faulty cell is corrected

What follows:

    run_pages       the list of runs, and one run
    run_actions     send, put back, continue
    run_view        what a run's page shows,
    run_rows        its rows,
    run_totals      its totals,
    run_words       its sentences
    ticks           the rows that a person has unticked
    preview_files   the page and the plan of a preview
"""
