"""How long a fit of lines takes, and how well injected lines come back.

python tests/benchmarks/bench_linefit.py [../shared/data] [--n 200] [--speed-only]

Lines are injected into noise, into noise on a smooth continuum, and into noise of the survey on
continua of its galaxies. Those are made with another basis than that of the fit, freed of lines,
so that the fit cannot be exact. S/N is that of a matched filter, 5 to 100, uniform in its log.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

sys.path.insert(0, str(Path(__file__).parents[1]))

from injected import LIGHT, NOISE, WAVE, Injected

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.grids import LogGrid
from moosegui.data.line_table import LineMeasurement
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.models.basis import read_basis
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.files.spectra import read_spectrum
from moosegui.files.tables.read import read_table
from moosegui.fit.linefit.fit import fit_lines

GOOD_SNR = 10.0
APART = 20.0  # km/s, scatter of the velocity between Balmer and forbidden lines
BRIGHT = 3.0  # median S/N of a pixel above which a survey's spectrum lends its continuum


@dataclass(frozen=True)
class Case:
    """Lines that are injected together.

    Parameters
    ----------
    name : str
    lines : dict of str to tuple
        Rest wavelength, flux relative to the first, velocity group.
    redshifts : tuple of float
        Range in which the lines are on the spectrum.
    """

    name: str
    lines: dict[str, tuple[float, float, int]]
    redshifts: tuple[float, float]
    is_lya: bool = False


CASES = (
    Case(
        "Hb [O III]",
        {
            "OIII5007": (5008.240, 1.0, 0),
            "OIII4959": (4960.295, 1 / 2.98, 0),
            "HBETA": (4862.691, 0.6, 1),
            "HGAMMA": (4341.692, 0.28, 1),
        },
        (0.10, 0.85),
    ),
    Case(
        "Ha [N II]",
        {
            "HALPHA": (6564.632, 1.0, 0),
            "NII6584": (6585.273, 0.4, 1),
            "NII6548": (6549.861, 0.4 / 3.05, 1),
        },
        (0.05, 0.40),
    ),
    Case("[O II]", {"OII3729": (3729.875, 1.0, 0), "OII3726": (3727.092, 0.75, 0)}, (0.30, 1.48)),
    Case("C III]", {"CIII1907": (1906.683, 1.0, 0), "CIII1909": (1908.734, 0.67, 0)}, (1.55, 3.80)),
    Case("Mg II", {"MGII2796": (2796.352, 1.0, 0), "MGII2804": (2803.531, 0.6, 0)}, (0.75, 2.25)),
    Case("Lya", {"LYA": (1215.670, 1.0, 0)}, (2.98, 6.5), is_lya=True),
    Case(
        "Lya double",
        {"LYA": (1215.670, 1.0, 0), "LYA_BLUE": (1215.670, 0.4, 1)},
        (2.98, 6.5),
        is_lya=True,
    ),
)


@dataclass(frozen=True)
class Background:
    """What lines are injected into; the errors are known."""

    flux: FloatArray
    errors: FloatArray


def smooth_continuum(rng: np.random.Generator) -> FloatArray:
    """A parabola of 1 to 10 times the noise."""
    x = np.linspace(-1.0, 1.0, WAVE.size)
    slope, bend = rng.uniform(-0.5, 0.5, 2)
    return np.asarray(NOISE * 10 ** rng.uniform(0.0, 1.0) * (1.0 + slope * x + 0.5 * bend * x**2))


class Survey:
    """Continua of galaxies with the errors of their spectra."""

    def __init__(self, survey: SurveyArrays, basis: Basis) -> None:
        self._survey, self._basis = survey, basis
        self._redshifts = survey.column("Z")
        bright = (survey.column("SNR") > BRIGHT) & (survey.column("ZCONF") >= 2)
        self._usable = bright & (np.array(survey.kind) != "agn")  # whose broad lines stay in it

    def near(self, redshift: float, rng: np.random.Generator) -> Background:
        """Continuum of one of the ten bright galaxies next in redshift, as seen at a redshift."""
        distance = np.abs(self._redshifts - redshift) + np.where(self._usable, 0.0, 100.0)
        row = int(rng.choice(np.argsort(distance)[:10]))
        spectrum = spectrum_at(self._survey, row)
        fitted = fit_lines(spectrum, self._basis, float(self._redshifts[row]))
        stretch = (1.0 + redshift) / (1.0 + self._redshifts[row])
        covered = np.isfinite(fitted.continuum)
        continuum = np.interp(WAVE, spectrum.wave[covered] * stretch, fitted.continuum[covered])
        good = spectrum.ivar > 0
        errors = np.interp(WAVE, spectrum.wave[good], spectrum.ivar[good] ** -0.5)
        return Background(continuum, errors)


def spectrum_at(survey: SurveyArrays, row: int) -> Spectrum:
    """One spectrum of a survey."""
    return Spectrum(survey.wave, survey.flux[row].astype(float), survey.ivar[row].astype(float))


@dataclass(frozen=True)
class Draw:
    """One injection."""

    spectrum: Spectrum
    redshift: float
    lines: dict[str, Injected]
    snrs: dict[str, float]


def inject(case: Case, background: Background, redshift: float, rng: np.random.Generator) -> Draw:
    """Draw velocities, widths and a S/N, and add lines and noise."""
    velocities = rng.uniform(-60.0, 60.0) + np.array([0.0, rng.normal(0.0, APART)])
    widths = np.repeat(rng.uniform(40.0, 130.0), 2)
    skews = np.zeros(2)
    if case.is_lya:
        velocities = np.array([rng.uniform(50.0, 300.0), rng.uniform(-500.0, -200.0)])
        widths, skews = rng.uniform(120.0, 300.0, 2), rng.uniform(2.0, 6.0) * np.array([1.0, -1.0])
    unit = {
        name: Injected(wave, part, velocities[i], widths[i], skews[i])
        for name, (wave, part, i) in case.lines.items()
    }
    snrs = {
        name: float(np.sqrt(np.sum((line.draw(redshift) / background.errors) ** 2)))
        for name, line in unit.items()
    }
    scale = 10 ** rng.uniform(np.log10(5.0), 2.0) / next(iter(snrs.values()))
    lines = {name: replace(line, flux=line.flux * scale) for name, line in unit.items()}
    clean = background.flux + sum(line.draw(redshift) for line in lines.values())
    noisy = clean + background.errors * rng.standard_normal(WAVE.size)
    spectrum = Spectrum(WAVE, noisy, background.errors**-2)
    return Draw(spectrum, redshift, lines, {name: snr * scale for name, snr in snrs.items()})


def peak_of(line: Injected, redshift: float) -> float:
    """Velocity of the observed peak in km/s, from a spline through the pixels."""
    values = line.draw(redshift)
    i = int(np.argmax(values))
    near = slice(i - 8, i + 9)
    spline = CubicSpline(WAVE[near], values[near])
    fine = np.linspace(WAVE[i - 1], WAVE[i + 1], 2001)
    rest = line.wave * (1.0 + redshift)
    return float((fine[np.argmax(spline(fine))] - rest) / rest * LIGHT)


def width_of(line: Injected) -> float:
    """Standard deviation of the line of the galaxy in km/s."""
    delta = line.skew / np.hypot(1.0, line.skew)
    return float(line.width * np.sqrt(1.0 - 2.0 * delta**2 / np.pi))


ROW = np.dtype([(n, float) for n in ("flux", "pull", "dv", "dv_pull", "width_pull", "snr")])


def compare(draw: Draw, basis: Basis) -> Iterator[tuple[float, ...]]:
    """Errors of every injected line: relative flux, pulls, velocity in km/s; and its S/N."""
    fitted = fit_lines(draw.spectrum, basis, draw.redshift)
    found: dict[str, LineMeasurement] = {
        line.name: line for line in fitted.lines if line.family != "interstellar"
    }
    for name, line in draw.lines.items():
        if name not in found:
            continue
        row = found[name]
        dv = row.velocity - peak_of(line, draw.redshift)
        yield (
            row.flux / line.flux - 1.0,
            (row.flux - line.flux) / row.flux_error,
            dv,
            dv / row.velocity_error,
            (row.width - width_of(line)) / row.width_error,
            draw.snrs[name],
        )


def spread(values: FloatArray) -> float:
    """Half the width of the central 68 %; that of a normal distribution is its sigma."""
    low, high = np.percentile(values[np.isfinite(values)], [15.865, 84.135])
    return float(high - low) / 2.0


def report(name: str, background: str, rows: np.ndarray) -> None:
    """Print one line of the table: lines of S/N > 10."""
    good = rows[rows["snr"] > GOOD_SNR]
    if not good.size:
        return
    flux, dv = 100.0 * good["flux"], good["dv"]
    print(
        f"{name:11} {background:7} {good.size:5} "
        f"{np.median(flux):7.2f} {spread(flux):6.2f} {np.median(np.abs(flux)):6.2f} "
        f"{np.nanmedian(dv):7.2f} {spread(dv):6.2f} {np.nanmedian(np.abs(dv)):6.2f} "
        + " ".join(
            f"{np.nanmedian(good[k]):6.2f} {spread(good[k]):5.2f}"
            for k in ("pull", "dv_pull", "width_pull")
        ),
        flush=True,
    )


def interim(path: Path) -> Basis:
    """The basis from which the continua under the injected lines are made."""
    with np.load(path) as stored:
        components = stored["components"].astype(float)
        grid = LogGrid(
            float(stored["log10_start"]), float(stored["log10_step"]), components.shape[1]
        )
    default = read_basis(resource("basis", DEFAULT_BASIS))
    return Basis(components, grid, "vacuum", default.observed_range, "interim")


def measure_truth(data: Path, basis: Basis, n_draws: int) -> None:
    """Print how well injected lines come back."""
    other = Survey(
        read_survey_arrays(data / "validation_survey.fits"), interim(data / "basis_interim.npz")
    )
    print(
        "lines of S/N > 10: number; flux bias, 68 %, median |error| in %; velocity the same in "
        "km/s; median and 68 % of the pulls of flux, velocity, width"
    )
    gathered = []
    for background in ("noise", "smooth", "survey"):
        for case in CASES:
            rng = np.random.default_rng(7)
            rows = []
            for _ in range(n_draws):
                redshift = float(rng.uniform(*case.redshifts))
                if background == "survey":
                    under = other.near(redshift, rng)
                else:
                    level = np.zeros(WAVE.size) if background == "noise" else smooth_continuum(rng)
                    under = Background(level, np.full(WAVE.size, NOISE))
                rows += list(compare(inject(case, under, redshift, rng), basis))
            table = np.array(rows, dtype=ROW)
            gathered.append(table)
            report(case.name, background, table)
    report("all", "all", np.concatenate(gathered))


def measure_speed(name: str, pairs: list[tuple[Spectrum, float]], basis: Basis) -> None:
    """Print the milliseconds of CPU time of a fit; a first one compiles and fills the caches."""
    fit_lines(*_ordered(pairs[0], basis))
    times = []
    for pair in pairs:
        started = time.process_time()
        fit_lines(*_ordered(pair, basis))
        times.append(1e3 * (time.process_time() - started))
    median, high = np.percentile(times, [50, 95])
    print(
        f"{name:8} {len(times):4} spectra: median {median:.1f} ms, 95 % {high:.1f} ms", flush=True
    )


def _ordered(pair: tuple[Spectrum, float], basis: Basis) -> tuple[Spectrum, Basis, float]:
    return pair[0], basis, pair[1]


def real_pairs(data: Path) -> list[tuple[Spectrum, float]]:
    """Real spectra with a redshift."""
    truth = read_table(data / "real" / "truth.csv")
    pairs = []
    for row in truth:
        try:
            redshift = float(row["z_true"])
            spectrum = read_spectrum(SpectrumRef(data / "real" / str(row["file"])))
        except (ValueError, MooseError):
            continue
        if np.isfinite(redshift):
            pairs.append((spectrum, redshift))
    return pairs


def survey_pairs(data: Path, n: int) -> list[tuple[Spectrum, float]]:
    """Spectra of the survey that have a redshift."""
    survey = read_survey_arrays(data / "validation_survey.fits")
    rows = np.flatnonzero(survey.column("ZCONF") >= 1)[:n]
    return [(spectrum_at(survey, int(row)), float(survey.column("Z")[row])) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parents[3] / "shared" / "data"
    parser.add_argument("data", type=Path, nargs="?", default=default)
    parser.add_argument("--n", type=int, default=200, help="draws for each kind of line")
    parser.add_argument("--speed-only", action="store_true")
    options = parser.parse_args()
    basis = read_basis(resource("basis", DEFAULT_BASIS))
    measure_speed("real", real_pairs(options.data), basis)
    measure_speed("survey", survey_pairs(options.data, options.n), basis)
    if not options.speed_only:
        measure_truth(options.data, basis, options.n)


if __name__ == "__main__":
    main()
