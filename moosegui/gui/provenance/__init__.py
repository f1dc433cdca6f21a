"""What was taken of the file of a source, and how to read it otherwise."""
