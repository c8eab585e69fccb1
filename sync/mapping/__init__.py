"""A mapping file → a Mapping; a draft of one; the one in force, shown."""
