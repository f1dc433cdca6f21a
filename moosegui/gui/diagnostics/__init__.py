"""The strip of line windows, and what distinguishes two solutions."""
