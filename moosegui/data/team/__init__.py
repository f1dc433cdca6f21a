"""What several inspectors said of the same sources."""
