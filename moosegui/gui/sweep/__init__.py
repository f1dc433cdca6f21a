"""Many sources judged at once, from thumbnails."""
