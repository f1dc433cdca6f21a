"""Emission and absorption lines fitted to a spectrum at one redshift."""
