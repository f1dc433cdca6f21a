"""What every format of spectra is read with: axes, units, errors, headers."""
