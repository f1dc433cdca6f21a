"""The formats of spectra: one module each, with what it recognises and how it reads."""
