"""The session: all state of the application and what an expert can do; no widget."""
