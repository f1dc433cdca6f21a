"""The path of one spectrum and of a survey, for window and command line alike."""
