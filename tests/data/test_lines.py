"""The table of lines."""

from __future__ import annotations

from moosegui.data.lines import LINES_BY_NAME


def test_that_brackets_mean_forbidden() -> None:
    forbidden = [LINES_BY_NAME[name].is_forbidden for name in ("OIII5007", "CIII1909")]
    allowed = [LINES_BY_NAME[name].is_forbidden for name in ("HEI4472", "HEII1640", "HBETA")]

    assert forbidden == [True, True]
    assert allowed == [False, False, False]
