"""Errors of fluxes: whether numbers are sigma, variance or inverse variance, and which to take.

The name decides, then a label, then the unit; where all are silent, the scatter between pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.spectrum import Guess
from moosegui.files.spectra.elements.names import ErrorKind, error_kind_of, stem_of_error
from moosegui.files.spectra.elements.noise import estimate_variance
from moosegui.files.spectra.elements.units import power_of_flux, relative_scale

KIND_OF_POWER: dict[int, ErrorKind] = {1: "sigma", 2: "variance", -2: "inverse variance"}
POWER_OF_KIND = {kind: power for power, kind in KIND_OF_POWER.items()}
ESTIMATED = "estimated"  # what a user says for errors made of the scatter between pixels
PERCENT = ("%", "percent", "per cent")
CLEAR_DEX = 0.3  # by which the scatter must prefer one kind to another
CLOSE_DEX = 0.2  # within which nameless numbers must follow the scatter
VARYING_DEX, CORRELATED = 0.05, 0.4  # from where on errors and scatter tell by their run

# Preferred among several that fit the flux equally
_ORDER = ("ivar", "stat", "var", "variance", "err", "error", "sigma")


@dataclass(frozen=True, slots=True)
class ErrorFound:
    """Errors as variance, of what they were made, and what was assumed or left out."""

    variance: FloatArray | None
    source: str = ""
    assumed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()


def split_error(chosen: str) -> tuple[str, ErrorKind | None]:
    """Return the name and the kind that a user says of errors: `col3 as variance`."""
    name, _, words = chosen.strip().rpartition(" as ")
    for kind in POWER_OF_KIND:
        if name and words.strip().lower() == kind:
            return name.strip(), kind
    return chosen.strip(), None


def guess_of_kind(name: str, taken: ErrorKind) -> Guess:
    """Return what errors may be that were taken for one kind: each as the user would say it."""
    kinds = (taken, *(kind for kind in POWER_OF_KIND if kind != taken))
    return Guess("error", tuple(f"{name} as {kind}" for kind in kinds))


def guess_of_nameless(columns: Mapping[str, FloatArray], flux: FloatArray) -> tuple[Guess, ...]:
    """Return which of some columns may be the errors that no name promises.

    Those whose numbers follow the scatter between pixels closely; none was taken.
    """
    kinds = {name: kind_by_scatter(values, flux) for name, values in columns.items()}
    options = tuple(f"{name} as {kind}" for name, kind in kinds.items() if kind is not None)
    return (Guess("error", (ESTIMATED, *options)),) if options else ()


def as_variance(values: FloatArray, kind: ErrorKind) -> FloatArray:
    """Return errors of a kind as variance, nan or inf where they are none; same shape."""
    with np.errstate(all="ignore"):
        if kind == "inverse variance":
            return np.where(values > 0, 1.0 / values, np.inf)
        if kind == "variance":
            return values
        # A sigma of zero or less stays unusable when squared.
        return np.where(values > 0, np.square(values), np.nan)


def kind_from_words(name: str, *, unit: str = "", flux_unit: str = "") -> ErrorKind | None:
    """Return the kind of error that a name or label and a unit promise, else None.

    "Error" with the unit of the squared flux is a variance; "variance" is one whatever its unit,
    which many programs copy from the flux.
    """
    kind = error_kind_of(name)
    by_unit = KIND_OF_POWER.get(power_of_flux(unit, flux_unit))
    if kind in (None, "sigma") and by_unit is not None and by_unit != "sigma":
        return by_unit
    return kind or by_unit


def judge(
    values: FloatArray, flux: FloatArray, good: BoolArray | None = None
) -> tuple[ErrorKind | None, bool]:
    """Say what numbers are by the scatter of the flux between pixels.

    Parameters
    ----------
    values, flux : ndarray of shape (n_wave,)
    good : ndarray of bool, shape (n_wave,), optional

    Returns
    -------
    kind : str or None
        None where nothing can be told.
    is_clear : bool
        Whether the scatter prefers it by a factor of two in variance to the next.
    """
    misfit = _misfits(values, flux, good)
    if not misfit:
        return None, False
    best, *others = sorted(misfit, key=lambda kind: misfit[kind])
    return best, not others or misfit[others[0]] - misfit[best] > CLEAR_DEX


def kind_by_scatter(values: FloatArray, flux: FloatArray) -> ErrorKind | None:
    """Return what nameless numbers are if they follow the scatter closely, as one kind alone."""
    misfit = _misfits(values, flux, None)
    kind, is_clear = judge(values, flux)
    return kind if kind is not None and is_clear and misfit[kind] < CLOSE_DEX else None


def _misfits(
    values: FloatArray, flux: FloatArray, good: BoolArray | None
) -> dict[ErrorKind, float]:
    """Return how far numbers are from the scatter as each kind, in dex of variance."""
    usable = np.isfinite(flux) & np.isfinite(values) & (values > 0)
    usable &= True if good is None else good
    expected = estimate_variance(flux, usable)
    usable &= np.isfinite(expected) & (expected > 0)
    misfit: dict[ErrorKind, float] = {}
    if np.count_nonzero(usable) < 10:
        return misfit
    for kind in _possible(values[usable], expected[usable]):
        variance = as_variance(values[usable], kind)
        misfit[kind] = float(np.median(np.abs(np.log10(variance / expected[usable]))))
    return misfit


def _possible(values: FloatArray, expected: FloatArray) -> list[ErrorKind]:
    """Return the kinds that numbers can be which rise or fall with the scatter."""
    x, y = np.log10(values), np.log10(expected)
    if np.std(x) < VARYING_DEX or np.std(y) < VARYING_DEX:
        return list(KIND_OF_POWER.values())
    correlation = float(np.corrcoef(x, y)[0, 1])
    if abs(correlation) < CORRELATED:
        return list(KIND_OF_POWER.values())
    return ["sigma", "variance"] if correlation > 0 else ["inverse variance"]


def find_error(
    columns: Mapping[str, FloatArray],
    units: Mapping[str, str],
    flux_name: str,
    *,
    chosen: str = "",
) -> ErrorFound:
    """Choose the errors of a flux among columns, by name, and return them as variance.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n_wave,)
        By the names of the file.
    units : mapping of str to str
    flux_name : str
    chosen : str
        The column that the user names, any case, and what it is: `col3`, `col3 as variance`; or
        `estimated`, and no column is taken.
    """
    kinds = {name: error_kind_of(name) for name in columns if name != flux_name}
    candidates = [name for name, kind in kinds.items() if kind is not None]
    asked, said = split_error(chosen)
    if asked.lower() == ESTIMATED:
        told = (f"Not used as errors: {', '.join(candidates)}.",) if candidates else ()
        return ErrorFound(None, left_out=told)
    wanted = [name for name in columns if asked and name.lower() == asked.lower()]
    name = wanted[0] if wanted else _best(candidates, columns, flux_name)
    others = [other for other in candidates if other != name]
    left_out = (f"Not used as errors: {', '.join(others)}.",) if others else ()
    if not name:
        return ErrorFound(None, left_out=left_out)
    unit, unit_of_flux = units.get(name, ""), units.get(flux_name, "")
    if unit.strip().lower() in PERCENT:
        sigma = columns[name] / 100.0 * np.abs(columns[flux_name])
        return ErrorFound(as_variance(sigma, "sigma"), f"column {name} (sigma in %)", (), left_out)
    kind = (said if wanted else None) or kind_from_words(name, unit=unit, flux_unit=unit_of_flux)
    assumed: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    if kind is None:
        kind = judge(columns[name], columns[flux_name])[0] or "sigma"
        assumed = (f"Column {name} was taken as {kind}, by the scatter between pixels.",)
        guesses = (guess_of_kind(name, kind),)
    scale = relative_scale(unit, unit_of_flux, POWER_OF_KIND[kind])
    variance = as_variance(columns[name] * scale, kind)
    return ErrorFound(variance, f"column {name} ({kind})", assumed, left_out, guesses)


def _best(candidates: list[str], columns: Mapping[str, FloatArray], flux_name: str) -> str:
    """Return the errors that belong to a flux by name; of others only where all are of none."""
    positive = [name for name in candidates if (np.nan_to_num(columns[name]) > 0).any()]
    usable = positive or candidates
    wanted = stem_of_error(flux_name)
    same = [name for name in usable if stem_of_error(name) == wanted]
    plain = [name for name in usable if not stem_of_error(name)]
    pool = same or plain or (usable if len(usable) == 1 else [])

    def rank(name: str) -> int:
        lower = name.lower()
        return _ORDER.index(lower) if lower in _ORDER else len(_ORDER)

    return min(pool, key=rank) if pool else ""
