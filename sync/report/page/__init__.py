"""The preview for the person who approves: one page that needs nothing but itself."""
