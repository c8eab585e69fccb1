"""Bring the customers of an accounting system into line with a spreadsheet of edits."""

__version__ = "0.1.0"
