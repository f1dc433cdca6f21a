"""Fluxes and errors in two files of a folder: `q1_F.fits` and `q1_E.fits`, as IRAF pairs them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.errors import InputError
from moosegui.files.content import Hdu, Unreadable, open_content
from moosegui.files.spectra.elements.image_errors import ImageError
from moosegui.files.spectra.elements.names import ErrorKind, error_kind_of
from moosegui.files.spectra.elements.uncertainty import as_variance, judge

_SUFFIX = r"(?P<suffix>\.(?:fits|fit|fts)(?:\.gz)?)$"
_ERROR_FILE = re.compile(
    r"^(?P<stem>.+?)(?P<mark>[_.-])(?P<word>e|err|errs|error|errors|sig|sigma|std|noise|unc|"
    r"var|variance|ivar|invvar|wht|weight|weights)" + _SUFFIX,
    re.IGNORECASE,
)
_ERROR_WITHIN = re.compile(r"_error(?=_.+\.(?:fits|fit|fts)(?:\.gz)?$)", re.IGNORECASE)
_FLUX_WORDS = ("_F", "_f", "_flux", "_FLUX", "_spec", "_s", "_d", "")


def flux_file_of(path: Path) -> Path | None:
    """Return the file whose errors a file holds, judged by their names, or None.

    `X_E`, `X_err`, `X_ivar` ... belong to `X`, `X_F` or `X_flux` beside them, `X_error_Y` of ESO's
    pipelines to `X_Y`.
    """
    for name in _flux_names(path.name):
        candidate = path.with_name(name)
        if candidate != path and candidate.is_file():
            return candidate
    return None


def _flux_names(name: str) -> list[str]:
    """Return what the file may be called whose errors a file of this name holds."""
    within = _ERROR_WITHIN.sub("", name, count=1)
    names = [within] if within != name else []
    if found := _ERROR_FILE.match(name):
        names += [found["stem"] + word + found["suffix"] for word in _FLUX_WORDS]
    return names


def without_error_files(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Part the files of a folder into those of spectra and those that hold their errors."""
    files = list(paths)
    names = {path.name for path in files}
    errors = [
        path
        for path in files
        if any(name in names and name != path.name for name in _flux_names(path.name))
    ]
    return [path for path in files if path not in set(errors)], errors


def companion_error(path: Path, flux: FloatArray) -> ImageError | None:
    """Return the errors that the file beside a flux file holds, or None without one.

    Parameters
    ----------
    path : Path
        The file of the flux.
    flux : ndarray of shape (n_wave,)
    """
    for sibling in _siblings(path):
        found = _ERROR_FILE.match(sibling.name)
        if found is None:
            continue
        try:
            content = open_content(sibling)
            hdu = _image(content.hdus, len(flux))
            values = None if hdu is None else content.image(hdu).reshape(-1)
        except (InputError, Unreadable):
            continue
        if values is not None and np.isfinite(values).any():
            word = found["word"].lower()
            kind: ErrorKind = (error_kind_of(word) if len(word) > 1 else None) or "sigma"
            judged, is_clear = judge(values, flux)
            kind = judged if judged and is_clear and len(word) == 1 else kind
            return ImageError(
                as_variance(values, kind),
                f"file {sibling.name} ({kind})",
                (f"The errors were taken from {sibling.name} ({kind}), by its name.",),
            )
    return None


def _siblings(path: Path) -> list[Path]:
    """List the files that may hold the errors of a flux file, from their names alone."""
    found = re.match(r"^(?P<stem>.+?)(?:_[fFsd]|_flux|_FLUX|_spec)?" + _SUFFIX, path.name)
    if found is None:
        return []
    words = ("E", "e", "err", "error", "sig", "sigma", "std", "noise", "unc", "var", "variance",
             "ivar", "invvar", "wht", "weight", "weights", "ERR", "ERROR", "SIG", "VAR", "IVAR",
             "NOISE", "WHT")  # fmt: skip
    places = [path.with_name(f"{found['stem']}_{word}{found['suffix']}") for word in words]
    return [place for place in places if place != path and place.is_file()]


def _image(hdus: tuple[Hdu, ...], n_wave: int) -> Hdu | None:
    return next((hdu for hdu in hdus if not hdu.is_table and hdu.length == n_wave), None)
