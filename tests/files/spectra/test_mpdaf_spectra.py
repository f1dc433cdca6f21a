"""What mpdaf writes is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from spectrum_files import N_WAVE, noisy_flux, stored_wave, vacuum_of

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import FLUX_UNIT
from moosegui.files.spectra import list_headers, read_spectrum

mpdaf_obj = pytest.importorskip("mpdaf.obj", reason="mpdaf is not installed")
mpdaf_sdetect = pytest.importorskip("mpdaf.sdetect", reason="mpdaf is not installed")


def make_spectrum(mask: list[int] | None = None) -> object:
    wave = mpdaf_obj.WaveCoord(
        crpix=1.0, cdelt=1.25, crval=4750.0, cunit="angstrom", ctype="AWAV", shape=N_WAVE
    )
    data = np.ma.masked_array(noisy_flux(), mask=np.isin(np.arange(N_WAVE), mask or []))
    unit = "1e-20 erg s-1 cm-2 Angstrom-1"
    return mpdaf_obj.Spectrum(wave=wave, data=data, var=np.full(N_WAVE, 4.0), unit=unit)


def test_that_an_mpdaf_spectrum_is_read_with_its_mask(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    make_spectrum([5, 6]).write(str(path), savemask="dq")  # type: ignore[attr-defined]

    spectrum = read_spectrum(SpectrumRef(path))

    assert np.flatnonzero(spectrum.is_masked).tolist() == [5, 6]
    assert spectrum.unit == FLUX_UNIT
    np.testing.assert_allclose(spectrum.flux[7:], noisy_flux()[7:], rtol=1e-6)
    np.testing.assert_allclose(spectrum.wave, vacuum_of(stored_wave()), rtol=3e-8)


def test_that_an_mpdaf_source_is_read_by_its_reference_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "source-00042.fits"
    source = mpdaf_sdetect.Source.from_data(
        42, 53.1, -27.8, ("test", "1", "cube.fits", "1"), default_size=5
    )
    source.spectra["MUSE_TOT_SKYSUB"] = make_spectrum()
    source.spectra["MUSE_SKY"] = make_spectrum()
    source.header["REFSPEC"] = "MUSE_TOT_SKYSUB"
    source.write(str(path))

    (header,) = list_headers(path)
    spectrum = read_spectrum(header.ref)

    assert header.source_id == "42"
    assert spectrum.name == "MUSE_TOT_SKYSUB"
    np.testing.assert_allclose(spectrum.flux, noisy_flux(), rtol=1e-6)
