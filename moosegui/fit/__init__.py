"""Verbs: functions from nouns to nouns; numpy, scipy, numba; no files, no Qt."""
