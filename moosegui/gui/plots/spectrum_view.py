"""What the spectrum plot is given, and the numbers that it draws from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.lines import Line
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.sky import Interval, inside, sky_intervals
from moosegui.fit.lines.smooth import smooth_spectrum, smooth_values
from moosegui.fit.running_median import running_median
from moosegui.fit.scan.impossible_pixels import find_impossible
from moosegui.gui.session.states import RedshiftState

NOISE_PERCENTILES = (0.5, 99.5)
LINE_HEADROOM = 6.0  # a model line may stretch the range to so many times the percentiles'
NOISY = 2.5  # times the median noise: with no more than 5 sigma a pixel says nothing of the range
SCATTER_BLOCK, TO_SIGMA = 61, 1.4826  # pixels of a median, and what makes it that of a Gaussian
Y_MARGIN = 0.06
MIN_PIXELS = 5  # fewer visible pixels say nothing about a range
# Attributes of `Curves` that do not depend on the model
OF_DATA = (
    *("wave", "flux", "ivar", "is_good", "sigma", "noise"),
    *("sky", "is_dim", "is_impossible", "is_clear"),
)
RESIDUAL_LIMITS = (5.0, 12.0)  # sigma, the smallest and largest half range


@dataclass(frozen=True, slots=True)
class SpectrumView:
    """One source at one redshift, as it should be shown.

    Parameters
    ----------
    spectrum : Spectrum
    model : Reconstruction or None
        On the spectrum's own wavelengths.
    redshift : float
        Vacuum convention; nan when there is none.
    state : "proposal", "trial" or "assigned"
    smoothing : float
        Full width at half maximum in Angstrom; 0 for none.
    title, subtitle : str
        Left (ID, survey, magnitude) and right (solution 1/5) of the header.
    medium_label : str
        What the wavelength axis is, as `vacuum`.
    is_new_source : bool
        Whether the range is reset; otherwise it stays.
    show_lines, show_model, show_sky : bool
    shows_all_lines : bool
        Also the lines that the model does not expect.
    facts : str
        Beside the title: position, magnitude, smoothing, medium.
    is_rest_below : bool
        Whether the bottom axis shows the rest frame and the top axis the observed.
    is_robust_y : bool
        Percentiles instead of everything.
    is_second : bool
        Whether the redshift is that of the second galaxy of a blend.
    is_star : bool
        Whether the redshift is that of a star, which has no forbidden lines.
    seen : mapping of str to float
        The lines that are clearly seen at the redshift, by name, with their S/N: they have a label
        in any case, the strongest first.
    own_lines : tuple of Line
        Of the user, shown whether or not the model expects them.
    """

    spectrum: Spectrum
    model: Reconstruction | None = None
    redshift: float = float("nan")
    state: RedshiftState = "proposal"
    smoothing: float = 0.0
    title: str = ""
    subtitle: str = ""
    medium_label: str = "vacuum"
    is_new_source: bool = True
    show_lines: bool = True
    shows_all_lines: bool = False
    facts: str = ""
    show_model: bool = True
    show_sky: bool = True
    is_rest_below: bool = False
    is_robust_y: bool = True
    is_second: bool = False
    is_star: bool = False
    own_lines: tuple[Line, ...] = ()
    seen: Mapping[str, float] = field(default_factory=dict)


class Curves:
    """The arrays behind one `SpectrumView`: smoothed alike, with sky and residual.

    What was made for the view `before` of the same spectrum at another redshift is used again:
    `shows_other_data` says whether anything but the model differs.
    """

    def __init__(self, view: SpectrumView, before: Curves | None = None) -> None:
        self._view = view
        self.shows_other_data = before is None or not _show_same_data(before._view, view)
        if before is not None and not self.shows_other_data:
            made = vars(before)
            vars(self).update({name: made[name] for name in OF_DATA if name in made})
            return
        spectrum = view.spectrum
        self.wave: FloatArray = spectrum.wave
        shown = smooth_spectrum(spectrum, view.smoothing) if view.smoothing > 0 else spectrum
        self.flux: FloatArray = shown.flux
        self.ivar: FloatArray = shown.ivar
        self.is_good: BoolArray = shown.ivar > 0
        self.sigma: FloatArray = np.where(
            self.is_good, 1.0 / np.sqrt(np.where(self.is_good, shown.ivar, 1.0)), 0.0
        )

    @cached_property
    def model(self) -> FloatArray | None:
        """The model smoothed as the data are, nan where it does not reach."""
        view = self._view
        if view.model is None or view.model.flux.shape != self.wave.shape:
            return None
        return self.smoothed(view.model.flux)

    def smoothed(self, model: FloatArray) -> FloatArray:
        """Smooth a model as the data are, nan where it does not reach."""
        if not self._view.smoothing > 0:
            return model
        weights = np.ones_like(self.wave)
        smoothed, _ = smooth_values(self.wave, model, weights, self._view.smoothing)
        return np.where(np.isfinite(model), smoothed, np.nan)

    @cached_property
    def residual(self) -> FloatArray | None:
        """(flux - model) / sigma, nan where either is missing."""
        if self.model is None:
            return None
        residual = (self.flux - self.model) / np.where(self.is_good, self.sigma, np.nan)
        return np.asarray(residual, dtype=np.float64)

    @cached_property
    def sky(self) -> tuple[Interval, ...]:
        """Wavelength ranges of sky lines, in the medium of the spectrum."""
        return sky_intervals(self._view.spectrum)

    @cached_property
    def is_dim(self) -> BoolArray:
        """Pixels that the sky dominates, and that an eye should pass over."""
        if not self._view.show_sky:
            return np.zeros(self.wave.shape, dtype=np.bool_)
        return self.is_good & inside(self.wave, self.sky)

    @cached_property
    def is_impossible(self) -> BoolArray:
        """Pixels that cannot be real, which the fit leaves out."""
        return find_impossible(self._view.spectrum).mask

    @cached_property
    def is_clear(self) -> BoolArray:
        """Possible pixels outside sky bands; all possible ones when that leaves too few."""
        possible = self.is_good & ~self.is_impossible
        clear = possible & ~inside(self.wave, self.sky)
        return clear if np.count_nonzero(clear) > MIN_PIXELS else possible

    @cached_property
    def noise(self) -> FloatArray:
        """The errors, or what neighbouring pixels scatter by where the errors say too little."""
        change = np.abs(np.diff(self.flux, n=2, append=0.0, prepend=0.0)) / np.sqrt(6.0)
        scatter = TO_SIGMA * running_median(change, SCATTER_BLOCK)
        return np.maximum(self.sigma, scatter)

    def flux_range(self, wave_range: tuple[float, float], *, robust: bool) -> tuple[float, float]:
        """The range of fluxes to show for the visible wavelengths."""
        visible = (self.wave >= wave_range[0]) & (self.wave <= wave_range[1])
        everything = self.is_clear if robust else self.is_good
        chosen = visible & everything
        if np.count_nonzero(chosen) < MIN_PIXELS:
            chosen = everything
        flux = self.flux[chosen]
        if flux.size == 0:
            return -1.0, 1.0
        if not robust:
            return _with_margin(float(flux.min()), float(flux.max()))
        low, high = np.percentile(self.flux[self._told(chosen)], NOISE_PERCENTILES)
        return _with_margin(float(min(low, 0.0)), self._top(chosen, float(low), float(high)))

    def _told(self, chosen: BoolArray) -> BoolArray:
        """Leave out pixels that hold more noise than most and nothing else, as at bad ends."""
        noise = self.noise
        is_noise = (noise > NOISY * np.median(noise[chosen])) & (np.abs(self.flux) < 5.0 * noise)
        told = chosen & ~is_noise
        return told if np.count_nonzero(told) > MIN_PIXELS else chosen

    def _top(self, chosen: BoolArray, low: float, high: float) -> float:
        """`high`, stretched to the strongest model line, within reason."""
        if self.model is None or not self._view.show_model:
            return high
        model = self.model[chosen]
        peak = float(np.nanmax(model)) if np.isfinite(model).any() else high
        limit = low + LINE_HEADROOM * max(high - low, 0.0)
        return max(high, min(1.1 * peak, limit))

    def residual_limit(self) -> float:
        """Half the range of the residual in sigma: nearly everything, but never a spike."""
        if self.residual is None:
            return RESIDUAL_LIMITS[0]
        size = np.abs(self.residual[self.is_clear])
        size = size[np.isfinite(size)]
        limit = float(np.percentile(size, 99.5)) if size.size else 0.0
        return float(np.clip(1.1 * limit, *RESIDUAL_LIMITS))


def _show_same_data(one: SpectrumView, other: SpectrumView) -> bool:
    """Whether two views differ in the model and what belongs to it alone."""
    is_same = one.spectrum is other.spectrum
    return is_same and (one.smoothing, one.show_sky) == (other.smoothing, other.show_sky)


def _with_margin(low: float, high: float) -> tuple[float, float]:
    span = high - low
    if not span > 0:
        span = max(abs(high), 1.0)
    return low - Y_MARGIN * span, high + Y_MARGIN * span
