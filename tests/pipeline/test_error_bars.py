"""The error of a redshift says what carries it; calibrations from before keep theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from injected import WAVE

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.grids import SPEED_OF_LIGHT, velocity_difference
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.spectra import read_spectrum
from moosegui.pipeline.analyse import analyse, model_at
from moosegui.pipeline.engine import Engine, make_engine

LYA = LINES_BY_NAME["LYA"].wave
# As they were before redshifts on Lyman alpha had a term of their own
OLD_TERMS = (("emission", 0.83, 1.0), ("lyalpha", 1.34, 12.4), ("all", 1.09, 45.4))


@pytest.fixture(scope="module")
def engine() -> Engine:
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    return make_engine(first, companions=others)


def noisy(flux: FloatArray, noise: float = 3.0) -> Spectrum:
    drawn = noise * np.random.default_rng(5).standard_normal(WAVE.size)
    return Spectrum(WAVE, flux + drawn, np.full(WAVE.size, noise**-2))


def lya(redshift: float, flux: float) -> FloatArray:
    """An asymmetric line of 300 km/s, its peak at the redshift."""
    velocities = SPEED_OF_LIGHT * (WAVE / (LYA * (1 + redshift)) - 1)
    return np.asarray(
        flux * np.exp(-0.5 * (velocities / np.where(velocities < 0, 80.0, 190.0)) ** 2)
    )


def test_that_a_lone_emitter_is_where_its_line_is(engine: Engine) -> None:
    found = analyse("", noisy(lya(4.2, 60.0)), engine)

    assert found.evidence is not None
    assert found.evidence.error_group in ("lyalpha", "lya_peak")
    assert abs(velocity_difference(found.solutions[0].redshift, 4.2)) < 100.0
    assert 150.0 < found.evidence.lone_width < 600.0


def test_that_terms_from_before_are_used_as_they_were_learned(engine: Engine) -> None:
    spectrum = noisy(lya(4.2, 60.0) + 4.0)
    model = replace(engine.confidence, error_terms=OLD_TERMS)

    now, before = (
        analyse("", spectrum, one).solutions[0] for one in (engine, engine.with_confidence(model))
    )

    assert before.redshift == now.redshift
    assert 0.0 < before.redshift_error < 0.01


def test_that_a_continuum_between_two_redshifts_says_so(engine: Engine) -> None:
    """A faint continuum without Ca H and K, whose minima lie a few hundred km/s apart."""
    bright = noisy(np.full(WAVE.size, 100.0))
    galaxy = np.nan_to_num(model_at(bright, engine, 0.15).flux)
    clear, faint = (
        analyse("", noisy(galaxy, noise=100.0 / snr), engine).solutions[0] for snr in (60.0, 2.0)
    )

    assert faint.redshift_error > 3.0 * clear.redshift_error


def test_that_a_galaxy_in_net_absorption_is_where_its_other_lines_are(engine: Engine) -> None:
    """A trough, and the peak that scattering leaves 200 km/s to the red."""
    redshift = 3.4
    bright = noisy(np.full(WAVE.size, 100.0))
    galaxy = np.nan_to_num(model_at(bright, engine, redshift).flux)
    rest = WAVE / (1 + redshift)
    near = (rest > 1204.0) & (rest < 1228.0)
    trough = np.where(near, 1.0 - np.exp(-0.5 * ((rest - LYA) / 5.0) ** 2), 1.0)
    level = float(np.median(galaxy[(rest > 1240) & (rest < 1300)]))
    peak = 200.0 * (1 + redshift) / SPEED_OF_LIGHT + redshift
    flux = np.where(near, level * trough, galaxy) + lya(peak, 4.0 * level)

    found = analyse("", noisy(flux, noise=level / 15.0), engine)

    assert found.evidence is not None
    assert found.evidence.error_group == "lya_absorption"
    assert abs(velocity_difference(found.solutions[0].redshift, redshift)) < 40.0


def test_that_a_redshift_between_two_peaks_is_no_surer_than_on_one(
    engine: Engine, shared_data: Path
) -> None:
    """Lyman alpha of two peaks, 700 km/s apart, around C III] and the rest."""
    path = shared_data / "real" / "spectra" / "muse_udf10_00106.fits"
    found = analyse("", read_spectrum(SpectrumRef(path)), engine)
    first = found.solutions[0]

    assert found.evidence is not None
    assert found.evidence.error_group == "lya_peak"
    error = first.redshift_error * SPEED_OF_LIGHT / (1 + first.redshift)
    assert abs(velocity_difference(first.redshift, 3.2765)) < 3.0 * error
