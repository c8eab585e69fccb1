"""What people read after a command: the results workbook, the preview page, the control totals."""
