"""The models on screen are fitted once."""

from __future__ import annotations

import numpy as np
from small_survey import small_engine
from synthetic import small_basis, spectrum_at

from moosegui.gui.session.work.live_scan import shown_model
from moosegui.pipeline.analyse import model_at

ENGINE = small_engine()
SPECTRUM = spectrum_at(small_basis(step=5e-5), 0.5, np.random.default_rng(1))


def test_that_the_same_question_has_the_same_answer() -> None:
    first = shown_model(SPECTRUM, ENGINE, 0.5)

    assert shown_model(SPECTRUM, ENGINE.with_settings(ENGINE.settings), 0.5) is first
    assert first.flux.tolist() == model_at(SPECTRUM, ENGINE, 0.5).flux.tolist()


def test_that_another_redshift_has_another_answer() -> None:
    assert shown_model(SPECTRUM, ENGINE, 0.5) is not shown_model(SPECTRUM, ENGINE, 0.6)
