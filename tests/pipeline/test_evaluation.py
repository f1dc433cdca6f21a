from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from survey_file import make_table, write_survey

from moosegui.data.catalogue import Source
from moosegui.data.results import ScanSummary
from moosegui.files.scan.table import write_scan_table
from moosegui.files.sources.survey_data import SurveyArrays
from moosegui.pipeline.evaluation import load_predictions, magnitudes_from

WAVE = np.arange(7600.0, 7900.0, 1.25)


def survey_of(flux: float, sigma: float) -> SurveyArrays:
    """One flat spectrum in 1e-20 erg/s/cm2/Angstrom."""
    from astropy.table import Table

    values = np.full((1, WAVE.size), flux, dtype=np.float32)
    ivar = np.full((1, WAVE.size), sigma**-2 if sigma > 0 else 0.0, dtype=np.float32)
    one, no = np.zeros(1), np.full(1, np.nan)
    return SurveyArrays(
        WAVE, values, ivar, ("1",), no, one.astype(int), ("",), no, Table({"ID": ["1"]})
    )


def test_that_a_magnitude_follows_the_ab_system() -> None:
    flux = 10 ** (-0.4 * (25.0 + 48.6)) * 2.99792458e18 / 7750.0**2 / 1e-20

    magnitude = magnitudes_from(survey_of(flux, 1e-3 * flux))

    assert magnitude[0] == pytest.approx(25.0, abs=1e-4)


def test_that_no_magnitude_is_fainter_than_the_error() -> None:
    faint, negative = magnitudes_from(survey_of(1e-9, 10.0)), magnitudes_from(survey_of(-5.0, 10.0))

    assert faint == pytest.approx(negative)
    assert 27.0 < faint[0] < 32.0


def test_that_a_masked_spectrum_has_no_magnitude() -> None:
    assert np.isnan(magnitudes_from(survey_of(5.0, 0.0)))[0]


def test_that_what_the_catalogue_lacks_is_measured_on_the_spectra(tmp_path: Path) -> None:
    table = make_table()
    table.remove_columns(["SNR_LINES", "MAG"])
    truth = write_survey(tmp_path / "truth.fits", table)
    rows = [(Source(str(i), str(i), i), ScanSummary(0.5)) for i in table["ID"]]
    write_scan_table(tmp_path / "scan.csv", rows, {})

    judged = load_predictions(tmp_path / "scan.csv", truth)

    names = [name for name, values in judged.predictions.quantities if np.isfinite(values).any()]
    assert names == ["line S/N"]  # the survey ends below the range of continuum and magnitude
    assert judged.predictions.quantities[0][1].size == len(table)
