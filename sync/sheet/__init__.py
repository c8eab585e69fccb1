"""A spreadsheet file, read as a person sees it. `read` is the way in."""

from sync.sheet.reader import read, worksheets

__all__ = ["read", "worksheets"]
