"""What is known of a redshift beside its spectrum, as a photometric redshift is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray

OUTLIERS = 0.1  # of redshifts that are given so: they are anything (docs/method.md)
USUAL_WIDTH = 0.05  # of (1 + z), where no error is given
# Columns of photometric redshifts, as letters and digits alone
PHOTOMETRIC = ("zphot", "photz", "photoz", "zphoto", "zpdf", "zbpz", "zeazy", "zpeak", "zb")
STEP = 1e-5  # in z, to which both are rounded
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ENTRY = re.compile(
    rf"(?:z\s*=\s*)?({_NUMBER})(?:(?:\s*(?:±|\+/-|\+-|;)\s*|\s+)({_NUMBER}))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RedshiftPrior:
    """A Gaussian in z, and a tenth that it is anything else.

    Parameters
    ----------
    redshift : float
    error : float
        One sigma in z.

    Raises
    ------
    ValueError
        If the redshift is not finite or not above -1, or the error not finite and positive.
    """

    redshift: float
    error: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.redshift) and self.redshift > -1.0):
            raise ValueError(f"z = {self.redshift:g} is no redshift")
        if not (math.isfinite(self.error) and self.error > 0.0):
            raise ValueError(f"an error of {self.error:g} is no error of z")

    @property
    def words(self) -> str:
        """The redshift with its error, as `0.73 ± 0.05`."""
        return f"{self.redshift:g} ± {self.error:g}".replace("-", "−")

    def odds(self, redshifts: FloatArray, limits: tuple[float, float]) -> FloatArray:
        """Return its density relative to that of a redshift of which nothing is known.

        Parameters
        ----------
        redshifts : ndarray of shape (n,)
        limits : (float, float)
            Between which a redshift of which nothing is known lies, with equal probability.

        Returns
        -------
        ndarray of shape (n,)
            At least the share of the outliers.
        """
        pulls = (redshifts - self.redshift) / self.error
        peak = (limits[1] - limits[0]) / (self.error * math.sqrt(2.0 * math.pi))
        return np.asarray(OUTLIERS + (1.0 - OUTLIERS) * peak * np.exp(-0.5 * pulls**2))


def parse_prior(text: str) -> RedshiftPrior:
    """Understand a typed prior.

    Parameters
    ----------
    text : str
        `0.73 0.05`, `0.73 ± 0.05`, `0.73+-0.05`; without an error it is 0.05 (1 + z).

    Raises
    ------
    ValueError
        With a sentence for the user when the text is no redshift with its error.
    """
    found = _ENTRY.fullmatch(text.strip().replace("−", "-").replace(",", "."))
    if found is None:
        raise ValueError(f"“{text}” is no redshift with its error; type 0.73 ± 0.05.")
    redshift = float(found.group(1))
    given = found.group(2)
    error = USUAL_WIDTH * (1.0 + redshift) if given is None else float(given)
    if not -0.1 < redshift < 30.0:
        raise ValueError(f"“{text}” gives z = {redshift:g}, which is no galaxy's redshift.")
    if not STEP <= error < 30.0:
        raise ValueError(f"“{text}” gives an error of {error:g}; type 0.73 ± 0.05.")
    return RedshiftPrior(_rounded(redshift), _rounded(error))


def photometric_prior(values: Iterable[tuple[str, str]]) -> RedshiftPrior | None:
    """Return the photometric redshift of a source with its error, if its catalogue has one.

    Parameters
    ----------
    values : iterable of (column, text)
        Of the source, by the names of the catalogue; the error of z may stand in a column of its
        own, else it is 0.05 (1 + z).
    """
    by_name = {re.sub(r"[^a-z0-9]", "", name.lower()): text for name, text in values}
    for name in PHOTOMETRIC:
        texts = [by_name.get(name, ""), *(by_name.get(error, "") for error in _errors_of(name))]
        for text in (f"{texts[0]} {error}" for error in (*filter(None, texts[1:]), "")):
            try:
                return parse_prior(text)
            except ValueError:
                continue
    return None


def _errors_of(name: str) -> tuple[str, ...]:
    return (f"{name}err", f"e{name}", f"{name}error", f"err{name}", f"d{name}", f"sigma{name}")


def _rounded(value: float) -> float:
    return round(round(value / STEP) * STEP, 6)
