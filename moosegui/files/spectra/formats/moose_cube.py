"""The cube that Moose.jl reads: HDF5 with data and stat, one spaxel a source."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Unreadable
from moosegui.files.moosejl.kinds import moose_kind, open_hdf5
from moosegui.files.spectra.elements.assemble import RawSpectrum, assemble, is_muse_like
from moosegui.files.spectra.elements.headers import SpectrumHeader
from moosegui.files.spectra.elements.score import Score

REFERENCE, STEP = ("λᵣ", "lambda_r"), ("δλ", "delta_lambda")


def sniff(content: Content) -> Score:
    """Whether an HDF5 file has the cube of Moose.jl."""
    if content.kind != "hdf5":
        return Score.NO
    try:
        return Score.SIGNATURE if moose_kind(content.path) == "cube" else Score.NO
    except Unreadable:
        return Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every spaxel, named `i_j` and counted from 1 as Moose.jl does."""
    n_x, n_y = _size(content)
    return tuple(
        SpectrumHeader(SpectrumRef(content.path, row=j * n_x + i), f"{i + 1}_{j + 1}")
        for j in range(n_y)
        for i in range(n_x)
    )


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one spaxel.

    Raises
    ------
    Unreadable
        If no spaxel was named, or the cube does not say its wavelengths.
    """
    n_x, n_y = _size(content)
    row = 0 if ref.row is None and n_x * n_y == 1 else ref.row
    if row is None or not 0 <= row < n_x * n_y:
        raise Unreadable(f"holds {n_x * n_y} spectra; say which row")
    i, j = row % n_x, row // n_x
    with open_hdf5(content.path) as file:
        # column-major in Julia: the axes are reversed here, wavelengths first
        flux = np.asarray(file["data"][:, j, i], dtype=np.float64)
        variance = np.asarray(file["stat"][:, j, i], dtype=np.float64)
        attributes = {str(k): v for k, v in (*file.attrs.items(), *file["data"].attrs.items())}
    start, step = _number(attributes, REFERENCE), _number(attributes, STEP)
    wave: FloatArray = start + step * np.arange(len(flux), dtype=np.float64)
    return assemble(
        RawSpectrum(
            wave=wave,
            flux=flux,
            variance=variance,
            name=f"spaxel {i + 1}, {j + 1}",
            is_muse=is_muse_like(wave),
            provenance=Provenance(
                kind="cube of Moose.jl",
                wave="attributes λᵣ and δλ (Angstrom)",
                flux=f"data, spaxel {i + 1}, {j + 1}",
                error="stat (variance)",
            ),
            choice=ref.choice,
        )
    )


def _size(content: Content) -> tuple[int, int]:
    with open_hdf5(content.path) as file:
        _, n_y, n_x = file["data"].shape
    return int(n_x), int(n_y)


def _number(attributes: dict[str, object], names: tuple[str, ...]) -> float:
    for name in names:
        if name in attributes:
            return float(np.asarray(attributes[name]).reshape(-1)[0])
    raise Unreadable(f"is a cube of Moose.jl without its wavelengths; add the attribute {names[0]}")
