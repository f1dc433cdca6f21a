"""What files are, what is taken of them, and what they leave open."""
