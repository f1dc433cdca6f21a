"""Where on the sky the light of a line comes from: spectra and line images of cubes."""
