"""Files: one module per kind of file; no Qt."""
