"""Images of a source, its neighbours, and the link to other programs."""
