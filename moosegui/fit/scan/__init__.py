"""The scan of trial redshifts: normal equations, NNLS, scores, solutions."""
