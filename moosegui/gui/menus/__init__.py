"""The menus of the right mouse button."""
