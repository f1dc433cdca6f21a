"""Other line fits take the place of ours; pyPlatefit is played by a stand-in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from blended import FIRST, make_basis, single

from moosegui.errors import MooseError
from moosegui.fit.linefit import alternatives as line_models
from moosegui.fit.linefit.alternatives import line_fit_named, platefit_model
from moosegui.fit.linefit.fit import fit_lines


class FakeSpectrum:
    def __init__(self, wave: Any, data: np.ndarray, var: np.ndarray, mask: np.ndarray) -> None:
        self.wave, self.data, self.var, self.mask = wave, data, var, mask


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What a pyPlatefit that returns its input was called with."""
    made: list[dict[str, Any]] = []

    def fit_spec(spectrum: FakeSpectrum, redshift: float, **options: Any) -> dict[str, Any]:
        made.append({"spectrum": spectrum, "redshift": redshift, **options})
        result = {"spec_fit": SimpleNamespace(data=spectrum.data)}
        if options["fitabs"]:
            result["abs_fit"] = SimpleNamespace(data=spectrum.data * 0 - 1.0)
            result["abs_cont"] = SimpleNamespace(data=spectrum.data * 0)
        return result

    platefit, objects = ModuleType("pyplatefit"), ModuleType("mpdaf.obj")
    platefit.fit_spec = fit_spec  # type: ignore[attr-defined]
    objects.Spectrum = FakeSpectrum  # type: ignore[attr-defined]
    objects.WaveCoord = SimpleNamespace  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyplatefit", platefit)
    monkeypatch.setitem(sys.modules, "mpdaf.obj", objects)
    monkeypatch.setattr(line_models, "has_platefit", lambda: True)
    yield made


def test_that_the_model_comes_back_on_our_pixels(calls: list[dict[str, Any]]) -> None:
    spectrum = single()

    model = platefit_model(spectrum, FIRST)

    assert model.shape == spectrum.wave.shape
    np.testing.assert_allclose(np.mean(model), np.mean(spectrum.flux), rtol=1e-3)


def test_that_platefit_gets_air_and_the_vacuum_redshift(calls: list[dict[str, Any]]) -> None:
    spectrum = single()

    platefit_model(spectrum, FIRST)

    assert calls[0]["spectrum"].wave.crval == pytest.approx(spectrum.in_medium("air").wave[0])
    assert calls[0]["redshift"] == FIRST
    assert calls[0]["dble_lyafit"]


@pytest.mark.parametrize(("redshift", "fits"), [(0.3, False), (1.2, True)])
def test_that_absorption_is_fitted_where_it_is_seen(
    calls: list[dict[str, Any]], redshift: float, fits: bool
) -> None:
    spectrum = single()

    model = platefit_model(spectrum, redshift)

    assert calls[0]["fitabs"] is fits
    assert np.mean(spectrum.flux - model) == pytest.approx(1.0 if fits else 0.0, abs=0.05)


def test_that_masked_pixels_are_told(calls: list[dict[str, Any]]) -> None:
    platefit_model(single().masked(((5500.0, 5600.0),)), FIRST)

    assert calls[0]["spectrum"].mask.sum() > 50
    assert np.isfinite(calls[0]["spectrum"].var).all()


def test_that_a_missing_platefit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_models, "has_platefit", lambda: False)

    with pytest.raises(MooseError, match="not installed"):
        line_fit_named("platefit", make_basis())


def test_that_our_own_fit_needs_no_other() -> None:
    assert line_fit_named("own", make_basis()) is None


def test_that_the_line_fit_of_the_window_can_be_used() -> None:
    spectrum = single(snr=30.0)
    line_fit = line_fit_named("lines", make_basis())
    assert line_fit is not None

    model = line_fit(spectrum, FIRST)

    assert np.array_equal(model, fit_lines(spectrum, make_basis(), FIRST).model)
