"""The workbook format (ECMA-376), read and written. Knows no customer and no run."""
