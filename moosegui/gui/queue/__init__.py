"""The list of sources: columns, chips, filter."""
