"""Rival solutions: where the models differ, what decides, and the same in words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_models import WAVE, model_with, observed

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import Reconstruction
from moosegui.files.models.basis import read_basis
from moosegui.files.spectra import list_spectra, read_spectrum
from moosegui.fit.lines.rivals import N_RANGES, RivalComparison, compare_solutions
from moosegui.pipeline.analyse import analyse, model_at
from moosegui.pipeline.engine import make_engine

FIRST = 0.6
# Hα where the first has [O III]; nothing where it has Hβ, and [S II] where it has nothing
SECOND = LINES_BY_NAME["OIII5007"].observed(FIRST) / LINES_BY_NAME["HALPHA"].wave - 1


def compared(seed: int = 1) -> RivalComparison:
    first = model_with(FIRST, OIII5007=20.0, HBETA=10.0)
    second = model_with(SECOND, HALPHA=20.0, SII6717=9.0)
    return compare_solutions(observed(first, seed), first, second)


def test_that_the_deciding_ranges_hold_the_lines_that_differ() -> None:
    ranges = compared().ranges

    for wave in (LINES_BY_NAME["HBETA"].observed(FIRST), LINES_BY_NAME["SII6717"].observed(SECOND)):
        assert any(one.start < wave < one.stop and one.delta_chi2 > 50 for one in ranges)
    assert len(ranges) == 2


def test_that_the_whole_difference_is_that_of_the_two_chi2() -> None:
    first = model_with(FIRST, OIII5007=20.0, HBETA=10.0)
    second = model_with(SECOND, HALPHA=20.0)
    spectrum = observed(first)

    found = compare_solutions(spectrum, first, second)

    chi2 = [np.sum(spectrum.ivar * (spectrum.flux - m.flux) ** 2) for m in (first, second)]
    assert found.delta_chi2 == pytest.approx(chi2[1] - chi2[0])


def test_that_exchanging_the_solutions_changes_every_sign() -> None:
    first, second = model_with(FIRST, OIII5007=20.0), model_with(SECOND, SII6717=9.0)
    spectrum = observed(first)

    there, back = (
        compare_solutions(spectrum, *pair) for pair in ((first, second), (second, first))
    )

    assert there.delta_chi2 == pytest.approx(-back.delta_chi2)
    assert there.difference == pytest.approx(-back.difference)
    assert [r.delta_chi2 for r in there.ranges] == pytest.approx(
        [-r.delta_chi2 for r in back.ranges]
    )


def test_that_the_summary_names_what_is_seen_and_what_is_missed() -> None:
    summary = compared().summary

    assert summary.startswith("solution 1 has [O III] and Hβ at ")
    assert "; solution 2 has Hα at " in summary
    wave = LINES_BY_NAME["SII6717"].observed(SECOND)
    assert f"but expects [S II] at {wave:,.0f} Å: " in summary


def test_that_the_summary_uses_the_given_names() -> None:
    first, second = model_with(FIRST, HBETA=10.0), model_with(SECOND)

    summary = compare_solutions(observed(first), first, second, names=("A", "B")).summary

    assert summary.startswith("A has Hβ at ")
    assert "; B has no line above 3 σ" in summary


def test_that_equal_models_have_no_deciding_range() -> None:
    model = model_with(FIRST, HBETA=10.0)

    found = compare_solutions(observed(model), model, model)

    assert found.ranges == ()
    assert found.delta_chi2 == 0.0


def test_that_masked_and_uncovered_pixels_do_not_decide() -> None:
    first, second = model_with(FIRST, HBETA=10.0), model_with(SECOND)
    hbeta = LINES_BY_NAME["HBETA"].observed(FIRST)
    cut = Reconstruction(SECOND, WAVE, np.where(WAVE > 9000, np.nan, second.flux), 1.0, np.ones(1))
    spectrum = observed(first).masked(((hbeta - 10, hbeta + 10),))

    found = compare_solutions(spectrum, first, cut)

    is_hidden = (WAVE > 9000) | (np.abs(WAVE - hbeta) <= 10)
    assert not found.difference[is_hidden].any()
    assert np.isfinite(found.delta_chi2)


@given(st.integers(0, 2**31))
def test_that_ranges_are_few_ordered_and_disjoint(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = (
        Reconstruction(z, WAVE, np.cumsum(rng.normal(size=WAVE.size)), 1.0, np.ones(1))
        for z in (FIRST, SECOND)
    )

    ranges = compare_solutions(observed(first), first, second).ranges

    assert len(ranges) <= N_RANGES
    assert all(one.start < one.stop for one in ranges)
    assert all(a.stop < b.start for a, b in pairwise(ranges))


def test_that_a_model_of_other_pixels_is_refused() -> None:
    model = model_with(FIRST)
    short = Reconstruction(FIRST, WAVE[:9], np.ones(9), 1.0, np.ones(1))

    with pytest.raises(ValueError, match="a model of 9"):
        compare_solutions(observed(model), model, short)


@pytest.mark.shared_data
def test_that_a_real_lyman_alpha_emitter_misses_the_lines_of_oii(shared_data: Path) -> None:
    folder = shared_data / "real" / "spectra"
    spectrum = read_spectrum(list_spectra(folder / "muse_udf10_00053.fits")[0])
    engine = make_engine(read_basis(resource("basis", DEFAULT_BASIS)))
    best, other = analyse("a", spectrum, engine).solutions[:2]

    found = compare_solutions(
        spectrum, *(model_at(spectrum, engine, s.redshift) for s in (best, other))
    )

    assert "solution 1 has Lyα at 2" in found.summary
    assert "solution 2 has [O II]" in found.summary
    assert "but expects" in found.summary
    assert found.delta_chi2 > 0
