"""What a basis and its predictions are worth, as numbers in a file and as one page to print."""
