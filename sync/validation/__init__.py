"""A Sheet under a Mapping → Edits and Problems, judged by a pandera schema."""
