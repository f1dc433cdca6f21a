"""Which columns of the catalogue mean what."""
