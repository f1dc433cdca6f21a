"""Inverse Fourier transforms of the many rows of a scan, side by side in the processor's lanes."""
