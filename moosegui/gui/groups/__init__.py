"""The window that lists sources that belong together."""
