"""Lists of sources: catalogues, surveys and folders, matched with their spectra."""
