"""How the files of a list are read: what was taken, what is open, what columns mean."""
