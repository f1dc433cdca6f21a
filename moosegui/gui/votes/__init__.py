"""Votes of several inspectors side by side."""
