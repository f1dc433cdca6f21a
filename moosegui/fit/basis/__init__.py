"""Learning a basis: nearly-NMF, training sets, choice of the rank."""
