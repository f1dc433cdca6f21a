"""Whole cubes: the spectra of a catalogue out of one, and a scan of its spaxels."""
