"""The curve of chi2 and the list of its solutions."""
