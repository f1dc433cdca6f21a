"""Small cubes as MUSE would see them, with truth, to develop and to measure on."""
