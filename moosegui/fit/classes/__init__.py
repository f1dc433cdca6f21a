"""Galaxy, star and quasar compete for a spectrum."""
