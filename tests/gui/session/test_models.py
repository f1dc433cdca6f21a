"""The models on screen are fitted once."""

from __future__ import annotations

import numpy as np
import pytest
from desk import Desk
from small_survey import SECOND, small_engine
from synthetic import small_basis, spectrum_at

from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.gui.session.work.models import shown_model
from moosegui.pipeline.analyse import analyse, model_at
from moosegui.pipeline.engine import Engine

ENGINE = small_engine()
SPECTRUM = spectrum_at(small_basis(step=5e-5), 0.5, np.random.default_rng(1))
ANALYSIS = analyse("7", SPECTRUM, ENGINE)


def test_that_the_same_question_has_the_same_answer() -> None:
    first = shown_model(ANALYSIS, ENGINE, 0.5)

    assert shown_model(ANALYSIS, ENGINE.with_settings(ENGINE.settings), 0.5) is first
    assert first.flux.tolist() == model_at(SPECTRUM, ENGINE, 0.5).flux.tolist()


def test_that_another_redshift_has_another_answer() -> None:
    assert shown_model(ANALYSIS, ENGINE, 0.5) is not shown_model(ANALYSIS, ENGINE, 0.6)


def test_that_the_models_of_a_source_are_fitted_before_it_is_shown(desk: Desk) -> None:
    desk.wait()
    fitted: list[Spectrum] = []

    def fit(spectrum: Spectrum, engine: Engine, redshift: float) -> Reconstruction:
        fitted.append(spectrum)
        return model_at(spectrum, engine, redshift)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moosegui.gui.session.work.models.model_at", fit)

        desk.go(SECOND)
        model = desk.session.on_screen.model_at(desk.session.shown.redshift)

    assert model is not None
    assert desk.session.on_screen.spectrum not in fitted
