"""Review of a second galaxy."""
