"""The commands on cubes."""
