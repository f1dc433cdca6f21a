"""The main window, which alone knows all features, and the application around it."""
