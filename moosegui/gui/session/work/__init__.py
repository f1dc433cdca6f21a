"""What is computed off the GUI thread, and how it answers whoever asked for it."""
