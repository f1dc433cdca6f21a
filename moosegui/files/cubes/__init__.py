"""Data cubes: which they are, and boxes of them without the rest."""
