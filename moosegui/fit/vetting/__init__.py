"""Vetting of sources: the search for second galaxies and for false sources."""
