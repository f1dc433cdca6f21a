"""Nouns: immutable values, numpy only, without files and without Qt."""
