"""The spectrum with its model, residual, labels and marks."""
