"""Edits and records → planned updates. Pure: no journal, no network, no database row."""
