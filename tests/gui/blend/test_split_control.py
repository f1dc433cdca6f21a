"""A spectrum of two galaxies is split: the second becomes a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from expert import Expert
from pytestqt.qtbot import QtBot
from small_survey import FIRST, TRUTHS, write_catalogue
from synthetic import small_basis, spectrum_at

from moosegui.files.spectra import read_spectrum

Z1, Z2 = TRUTHS[0], 0.95


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """Somebody before a spectrum of two galaxies."""
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    other = spectrum_at(small_basis(step=5e-5), Z2, np.random.default_rng(4), snr=1e6)
    with fits.open(tmp_path / "spectra" / f"spectrum_{FIRST}.fits", mode="update") as hdus:
        hdus["DATA"].data = hdus["DATA"].data + 0.6 * other.flux
    someone = Expert(qtbot, catalogue)
    someone.go(FIRST)
    yield someone
    if not someone.has_quit:
        someone.quit()


def split(expert: Expert) -> None:
    expert.press("k")
    expert.wait_for_jobs()
    expert.press("jb")
    expert.wait_for_jobs()


def test_that_the_second_galaxy_becomes_a_source_without_the_light_of_the_first(
    expert: Expert,
) -> None:
    expert.press("2")
    expert.go(FIRST)
    spectrum = expert.session.on_screen.spectrum
    assert spectrum is not None
    split(expert)

    found = expert.session.blends.deblending
    sources = expert.session.source_list
    assert found is not None and sources is not None
    new = next(source for source in sources if source.key == "P1")
    assert new.spectrum is not None
    flux = read_spectrum(new.spectrum).flux
    good = spectrum.ivar > 0
    np.testing.assert_allclose(
        flux[good], (spectrum.flux - found.first)[good], rtol=1e-4, atol=1e-4
    )
    assert new.redshift == pytest.approx(Z2, abs=2e-3)
    assert any("P1 is a source of this list now" in text for text in expert.notices)


def test_that_both_say_where_the_other_is_and_the_decision_before_stays(expert: Expert) -> None:
    expert.press("2")
    expert.go(FIRST)
    split(expert)

    first, second = expert.session.verdict(FIRST), expert.session.verdict("P1")
    assert first is not None and second is not None
    assert (first.zconf, first.comment[:11]) == (2, "split: P1 a")
    assert second.comment.startswith(f"split off {FIRST}")

    expert.action("undo").trigger()
    expert.action("undo").trigger()
    expert.wait_for_jobs()
    first = expert.session.verdict(FIRST)
    assert first is not None
    assert (first.zconf, first.comment) == (2, "")
    assert expert.session.source_list is not None
    assert "P1" not in {source.key for source in expert.session.source_list}


def test_that_the_new_source_is_decided_and_exported_like_any_other(
    expert: Expert, tmp_path: Path
) -> None:
    split(expert)
    expert.go("P1")
    expert.press("3")
    expert.session.export()
    expert.wait_for_jobs()

    table = Table.read(tmp_path / "catalogue_picked_updated.fits", hdu="CATALOGUE")
    assert (table["ID"][0], table["ZCONF_VI"][0]) == ("P1", 3)
    assert table["Z_VI"][0] == pytest.approx(Z2, abs=2e-3)


def test_that_nothing_is_split_before_it_was_looked_at(expert: Expert) -> None:
    expert.press("jb")

    assert any("K shows the second galaxy" in text for text in expert.notices)
    assert expert.session.verdict() is None
    assert not list(expert.catalogue.parent.glob("*_picked.fits"))
