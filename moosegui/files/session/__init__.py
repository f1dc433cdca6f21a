"""The session file: events in SQLite, and copies of it for reading."""
