"""Files of Moose.jl, the published code: its basis, cubes, training sets and curves."""
