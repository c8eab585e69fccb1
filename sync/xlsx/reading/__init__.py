"""A workbook's cells as a person sees them."""
