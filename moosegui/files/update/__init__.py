"""The catalogue update: every input byte or value kept, columns appended."""
