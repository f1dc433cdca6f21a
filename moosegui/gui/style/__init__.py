"""Theme, labels and small material of all widgets."""
