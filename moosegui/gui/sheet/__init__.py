"""Summary sheets: one source on one page."""
