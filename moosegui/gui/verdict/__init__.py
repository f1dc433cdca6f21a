"""The decision panel: redshift, ZCONF, flags, comment."""
