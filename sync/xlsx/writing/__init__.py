"""Workbooks of many rows, written as a stream."""
