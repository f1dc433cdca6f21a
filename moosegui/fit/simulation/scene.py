"""A whole simulated cube: galaxies, blends, haloes and detections that are none, with truth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.medium import air_to_vacuum
from moosegui.data.sky.cube import Float32Array
from moosegui.data.sky.scene import Light, Truth
from moosegui.fit.simulation.field import (
    FieldOptions,
    render,
    residual_pattern,
    residual_peaks,
    sky_noise,
)
from moosegui.fit.simulation.galaxies import KINDS, LSF_FWHM, REDSHIFTS, contrast, galaxy

START, STOP, STEP = 4750.0, 9350.0, 1.25  # Angstrom in air
N_BLENDS, N_FALSE = 10, 6
APART = 2.5  # arcsec at least between sources that are no blend
MARGIN = 1.5  # arcsec at the edge without sources
SEPARATIONS = (0.3, 2.0)  # arcsec of blends
SECOND_SNR = (5.0, 60.0)
NEGLIGIBLE = 1.0  # S/N of the light of another galaxy that is not told
MAX_SNR = 600.0  # of a galaxy beside another, however little of it falls there
SNR = {"sf": (12.0, 120.0), "passive": (15.0, 60.0), "lae": (8.0, 40.0)}
SHARE = (0.5, 0.2, 0.3)  # of the kinds
PATCH = 0.8  # arcsec around a place without sources where noise is taken for a line


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A simulated cube and its truth.

    Parameters
    ----------
    wave_in_air : ndarray of shape (n_wave,)
        Angstrom, linear.
    data, variance : ndarray of float32, shape (n_wave, n, n)
        In 1e-20 erg/s/cm2/Angstrom.
    truths : tuple of Truth
        The catalogue.
    options : FieldOptions
    """

    wave_in_air: FloatArray
    data: Float32Array = field(repr=False)
    variance: Float32Array = field(repr=False)
    truths: tuple[Truth, ...]
    options: FieldOptions


def simulate(seed: int, options: FieldOptions | None = None, *, n_sources: int = 30) -> Scene:
    """Make a cube: a third of its sources are blends, a fifth are none.

    Parameters
    ----------
    seed : int
    options : FieldOptions, optional
    n_sources : int
        Rows of the catalogue.

    Returns
    -------
    Scene
        With fewer sources where the field has no place for more.
    """
    rng, options = np.random.default_rng(seed), options or FieldOptions()
    in_air = np.arange(START, STOP, STEP)
    maker = _Maker(air_to_vacuum(in_air), options, rng)
    n_false = round(n_sources * N_FALSE / 30)
    for _ in range(round(n_sources * N_BLENDS / 30)):
        maker.add_blend(n_sources - n_false)
    while len(maker.truths) < n_sources - n_false and maker.has_place:
        maker.add_galaxy()
    residuals = residual_pattern(options, rng)
    maker.add_residuals(residuals, -(-n_false // 3))
    maker.add_cosmics(-(-(n_false - n_false // 3) // 2))
    data, variance = render(maker.lights, maker.wave, residuals, options, rng)
    maker.add_noise(data, n_sources - len(maker.truths))
    truths = [replace(one, source_id=str(i)) for i, one in enumerate(maker.truths, start=1)]
    truths = [maker.with_light_of_others(one) for one in truths]
    return Scene(in_air, data, variance, tuple(truths), options)


class _Maker:
    """Places sources one after the other."""

    def __init__(self, wave: FloatArray, options: FieldOptions, rng: np.random.Generator) -> None:
        self.wave, self._options, self._rng = wave, options, rng
        self.lights: list[Light] = []
        self.truths: list[Truth] = []
        self._taken: list[tuple[float, float]] = []
        self._galaxies: list[tuple[float, float, float, float]] = []  # place, redshift, S/N
        self.has_place = True
        self._sigma = sky_noise(wave, options.noise) * np.sqrt(options.n_effective)

    def add_galaxy(self) -> None:
        """Add a galaxy alone."""
        place = self._place()
        if place is not None:
            kind = self._kind()
            redshift, snr = self._shine(kind, place, self._between(*SNR[kind]))
            self.truths.append(Truth("", *place, kind, redshift, snr))

    def add_blend(self, max_rows: int) -> None:
        """Add two galaxies close to each other; of every second pair both are in the catalogue."""
        place = self._place()
        if place is None or len(self.truths) >= max_rows:
            return
        kinds = self._kind(), self._kind()
        separation, angle = self._between(*SEPARATIONS), self._rng.uniform(0.0, 2.0 * np.pi)
        beside = place[0] + separation * np.sin(angle), place[1] + separation * np.cos(angle)
        overlap = self._options.overlap(separation)
        redshift, snr = self._shine(kinds[0], place, self._between(*SNR[kinds[0]]))
        wanted = min(self._between(*SECOND_SNR) / overlap, MAX_SNR)
        second, second_snr = self._shine(kinds[1], beside, wanted)
        is_listed = separation > 0.6 and bool(self._rng.random() < 0.6)
        is_listed = is_listed and len(self.truths) + 2 <= max_rows
        name = str(len(self.truths) + 2) if is_listed else ""
        first = Truth("", *place, kinds[0], redshift, snr, second, second_snr * overlap)
        self.truths.append(replace(first, separation=separation, neighbour=name))
        if is_listed:
            other = Truth("", *beside, kinds[1], second, second_snr, redshift, snr * overlap)
            name = str(len(self.truths))
            self.truths.append(replace(other, separation=separation, neighbour=name))

    def add_residuals(self, residuals: FloatArray, n: int) -> None:
        """Take the highest residuals of the sky for sources."""
        for row, column in residual_peaks(self._without_sources(residuals), n):
            self._add_false(row, column, "sky")

    def add_cosmics(self, n: int) -> None:
        """Add what one spaxel has and no other: a line of one to three pixels."""
        for _ in range(n):
            place = self._place()
            if place is None:
                return
            centre = self._rng.uniform(self.wave[100], self.wave[-100])
            sigma = self._rng.uniform(0.4, 1.0) * LSF_FWHM / 2.355
            shape = np.exp(-0.5 * ((self.wave - centre) / sigma) ** 2)
            shape[shape < 1e-3] = 0.0
            level = self._between(8.0, 40.0) * float(np.interp(centre, self.wave, self._sigma))
            self.lights.append(Light(*place, level * shape, "spaxel"))
            self.truths.append(Truth("", *place, "cosmic"))

    def add_noise(self, data: Float32Array, n: int) -> None:
        """Take the highest peaks of the noise for sources, where nothing else is."""
        for _ in range(n):
            place = self._place()
            if place is None:
                return
            row, column = self._pixel(*place)
            half = round(PATCH / self._options.pixel)
            rows = slice(max(row - half, 0), row + half + 1)
            columns = slice(max(column - half, 0), column + half + 1)
            patch = data[:, rows, columns] / self._sigma[:, None, None]
            width = self._options.fwhm / self._options.pixel / 2.355
            smooth = scipy.ndimage.gaussian_filter(patch, (LSF_FWHM / 2.355 / STEP, width, width))
            _, y, x = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
            self._add_false(int(y) + rows.start, int(x) + columns.start, "noise")

    def with_light_of_others(self, truth: Truth) -> Truth:
        """Return a row with the galaxy whose light falls on it most, also from further away."""
        best = truth
        for east, north, redshift, snr in self._galaxies:
            separation = float(np.hypot(east - truth.east, north - truth.north))
            if separation == 0.0:
                continue
            part = snr * self._options.overlap(separation)
            if part > max(NEGLIGIBLE, np.nan_to_num(best.second_snr)):
                best = replace(
                    truth,
                    second=redshift,
                    second_snr=part,
                    separation=separation,
                    neighbour=self._name_at(east, north),
                )
        return best

    def _name_at(self, east: float, north: float) -> str:
        places = [(one.east, one.north) for one in self.truths]
        return str(places.index((east, north)) + 1) if (east, north) in places else ""

    def _add_false(self, row: int, column: int, kind: str) -> None:
        middle, pixel = (self._options.n_spaxels - 1) / 2.0, self._options.pixel
        place = -(column - middle) * pixel, (row - middle) * pixel
        self._taken.append(place)
        self.truths.append(Truth("", *place, kind))

    def _without_sources(self, residuals: FloatArray) -> FloatArray:
        """Return the residuals with the lowest value where sources are."""
        found = residuals.copy()
        y, x = np.indices(found.shape)
        for place in self._taken:
            row, column = self._pixel(*place)
            near = np.hypot(y - row, x - column) * self._options.pixel < APART
            found[near] = residuals.min()
        return found

    def _shine(self, kind: str, place: tuple[float, float], snr: float) -> tuple[float, float]:
        """Add the light of a galaxy that is so significant; return its redshift and that S/N."""
        redshift = self._rng.uniform(*REDSHIFTS[kind])
        compact, extended = galaxy(kind, redshift, self.wave, self._rng)
        seen = float(np.sqrt(((contrast(compact + extended, self.wave) / self._sigma) ** 2).sum()))
        scale = snr / seen
        self.lights.append(Light(*place, scale * compact))
        if extended.any():
            self.lights.append(Light(*place, scale * extended, "halo"))
        self._galaxies.append((*place, float(redshift), snr))
        return float(redshift), snr

    def _kind(self) -> str:
        return KINDS[int(self._rng.choice(len(KINDS), p=SHARE))]

    def _between(self, low: float, high: float) -> float:
        return float(np.exp(self._rng.uniform(np.log(low), np.log(high))))

    def _place(self) -> tuple[float, float] | None:
        """Return a place with nothing near, or None if there is none left."""
        reach = 0.5 * self._options.side - MARGIN
        for _ in range(400):
            east, north = (float(value) for value in self._rng.uniform(-reach, reach, 2))
            if all(np.hypot(east - e, north - n) > APART for e, n in self._taken):
                self._taken.append((east, north))
                return east, north
        self.has_place = False
        return None

    def _pixel(self, east: float, north: float) -> tuple[int, int]:
        middle, pixel = (self._options.n_spaxels - 1) / 2.0, self._options.pixel
        return round(middle + north / pixel), round(middle - east / pixel)
