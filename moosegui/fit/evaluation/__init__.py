"""Judging predictions against truth, and the models that calibrate them."""
