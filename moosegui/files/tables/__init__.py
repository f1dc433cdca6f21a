"""Tables of any format, read as they mean and written."""
