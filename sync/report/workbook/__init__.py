"""The results workbook, drawn from the journal alone: Summary, Results, Changes, Problems, To fix.

openpyxl makes the workbook without its many rows. The rows are written as XML while the journal is read once, are kept
on disk meanwhile, and are put into the workbook's parts at the end (`sync.xlsx.writing`).
"""
