"""What the API takes and gives, as data, and what a valid value of a field is."""
