"""What the window says of a spectrum that the basis does not reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from expert import Expert

from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.style.message import Message


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(10_000.0, 18_400.0, "has 10,000 to 18,400 Å"), (4800.0, 9300.0, "")],
)
def test_that_a_missing_curve_says_why(
    qtbot, tmp_path: Path, first: float, last: float, words: str
) -> None:
    wave = np.linspace(first, last, 1000)
    flux = 2.0 + np.random.default_rng(2).normal(size=wave.size)
    rows = [f"{w:.3f},{f:.4f},1.0" for w, f in zip(wave, flux, strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["wave_vac[Angstrom],flux,err", *rows]))

    expert = Expert(qtbot, tmp_path / "a.csv")
    expert.wait_for_jobs()
    message = expert.view(Chi2Plot).findChild(Message)

    assert message is not None
    assert message.isVisible() == bool(words)
    assert words in message.text()
    expert.quit()
