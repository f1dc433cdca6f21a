"""Plot items that several features share."""
