"""Which half of a survey is for tuning, and which is for reporting: one rule for every script.

Rows are counted from 1, as people count them and as the IDs of the surveys do: models, ranks and
thresholds are chosen on the odd rows (the first, the third, ...) and judged on the even ones.
"""

from __future__ import annotations


def is_for_tuning(i_row: int) -> bool:
    """Return whether a row, counted from 0 as arrays are, belongs to the half for tuning.

    Parameters
    ----------
    i_row : int
        0 is the first row, which is odd when counted from 1.
    """
    return (i_row + 1) % 2 == 1
