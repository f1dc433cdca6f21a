"""The window that shows a basis."""
