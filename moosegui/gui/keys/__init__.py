"""Actions, their keys, and the preferences that change them."""
