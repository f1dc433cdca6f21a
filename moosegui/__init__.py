"""Moose: validate galaxy redshifts by hand, fast, on top of a non-negative scan."""

__version__ = "0.1.0"
