"""Lines of the user."""
