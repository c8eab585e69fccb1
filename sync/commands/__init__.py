"""The commands: a file for each, and what they share. Read first: run.py, which has the stages in order.

The commands, each a file of its name:

    check, run, apply, resume, undo     take a sheet, a preview or an earlier run to the API
    export, suggest, report             write a sheet, a mapping file, a workbook
    runs, forget, doctor                look after what is there
    approve, verify                     a plan that travels

What they share, in the order in which a run comes to it:

    output_names    where it writes
    endpoint        the API, or the sandbox
    read            a file and a mapping, checked
    same_file       whether a file has changed, or was sent before
    sendings        which runs have sent a preview, or put a run back
    earlier_run     what apply, resume and undo take over
    choose          the rows that a person has chosen
    begin           the run is in the journal
    carry_out       plan, hold to the limits, send and report, whatever happens
    ending          how the run ended, and the exit code
    result          the same, for whoever called
    outputs         the workbook, the page, the plan
    kept_sheets     where the app keeps a sheet
    own_files       which of them an earlier attempt has left
    plan_file       a preview in one file
    signatures      who has signed it
    signers         why a signature does not count
"""
