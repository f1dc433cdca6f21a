"""The manual: its pages, in a window beside that of the survey."""
