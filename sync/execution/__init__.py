"""Reads the records and sends the updates, step by step through the journal."""
