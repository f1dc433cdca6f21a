"""Pages on the web that show a source."""
