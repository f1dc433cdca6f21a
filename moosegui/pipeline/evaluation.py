"""From the table of a scan and a catalogue of the truth to predictions that can be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.deblending import Vetting
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import ScanSummary
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import open_content
from moosegui.files.scan.table import ScanRow, read_scan_table
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.files.sources.truth_table import TruthTable, read_truth
from moosegui.files.spectra.formats.stacked import catalogue_hdu
from moosegui.files.spectra.formats.stacked import sniff as is_stacked
from moosegui.files.tables.read import read_table
from moosegui.fit.evaluation.evaluate import CONTINUUM_RANGE, Predictions, continuum_snr, line_snr
from moosegui.fit.evaluation.evaluate_vetting import VettingPredictions

AB_ZERO = 48.6  # AB magnitude of 1 erg/s/cm2/Hz, with a minus (Oke & Gunn 1983)
ANGSTROMS = 1e13  # in a kilometre
FLUX_UNIT = 1e-20  # erg/s/cm2/Angstrom
MIDDLE = sum(CONTINUUM_RANGE) / 2  # Angstrom
SCAN_CARDS = {  # of the table of a scan: what they are called in the report
    "BASIS": "basis",
    "BASISSHA": "basis fingerprint",
    "SCANSHA": "fingerprint of the scan",
    "RANK": "rank",
    "TRIALS": "trial redshifts",
    "WEIGHTS": "weighting",
    "VARIANCE": "variances",
    "VERSION": "scanned by moosegui",
    "BLENDMOD": "model of blends",
    "BLENDTHR": "threshold of blends",
    "FALSEMOD": "model of false sources",
    "FALSETHR": "threshold of false sources",
}


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Predictions joined with the truth.

    Parameters
    ----------
    predictions : Predictions
    notices : tuple of str
        What was assumed or had no partner, in sentences.
    provenance : mapping of str to str
        The files, and how the scan was made.
    vetting : VettingPredictions or None
        None when the scan did not search for blends and false sources.
    """

    predictions: Predictions
    notices: tuple[str, ...]
    provenance: Mapping[str, str]
    vetting: VettingPredictions | None = None


def load_predictions(
    scan_path: Path, truth_path: Path, names: Mapping[str, str] | None = None
) -> Judged:
    """Join a scan table with what is known of its sources, by ID, else by file name.

    Parameters
    ----------
    scan_path : Path
        As `moosegui scan` wrote it.
    truth_path : Path
        A catalogue, or a stacked survey, whose spectra then give S/N and magnitude.
    names : mapping of str to str, optional
        Columns of the truth by meaning, as {"Z": "z_true"}.

    Raises
    ------
    InputError
        If a file cannot be read, or no source is in both.
    """
    rows = read_scan_table(scan_path)
    truth = read_truth(truth_path, names)
    partners, notices = match_rows(rows, truth)
    notices = (*notices, *truth.notes)
    chosen = np.flatnonzero(partners >= 0)
    if not chosen.size:
        raise InputError(
            f"No ID of {scan_path} is in {truth_path} ({rows[0].source_id!r} and {truth.ids[0]!r} "
            "are the first); name its column with --columns ID=NAME."
        )
    picked = partners[chosen]
    summaries = [rows[i].summary for i in chosen]
    if not truth.columns.zconf:
        notices = (*notices, "The truth has no confidences; every redshift counts as ZCONF 3.")
    predictions = Predictions(
        redshift=np.array([s.redshift for s in summaries]),
        error=np.array([s.redshift_error for s in summaries]),
        relative_depth=np.array([s.relative_depth for s in summaries]),
        robustness=np.array([s.robustness for s in summaries]),
        probability=np.array([s.probability for s in summaries]),
        truth=truth.redshift[picked],
        zconf=truth.zconf[picked],
        kind=tuple(truth.kind[i] for i in picked),
        quantities=tuple((name, values[picked]) for name, values in _quantities(truth_path, truth)),
    )
    return Judged(
        predictions,
        notices,
        _provenance(scan_path, truth_path, truth),
        _vetting(summaries, truth, picked, _meta(scan_path)),
    )


def _vetting(
    summaries: Sequence[ScanSummary], truth: TruthTable, picked: IntArray, meta: Mapping[str, str]
) -> VettingPredictions | None:
    if all(summary.vetting is None for summary in summaries):
        return None
    found = [summary.vetting or Vetting() for summary in summaries]
    return VettingPredictions(
        first=np.array([summary.redshift for summary in summaries]),
        second=np.array([one.redshift for one in found]),
        blend_score=np.array([one.blend_score for one in found]),
        false_score=np.array([one.false_score for one in found]),
        is_blend=np.array([one.is_blend for one in found]),
        false_threshold=float(meta.get("FALSETHR", "nan")),
        true_first=truth.redshift[picked],
        true_second=truth.second_redshift[picked],
        fraction=truth.second_fraction[picked],
        snr=truth.second_snr[picked],
        zconf=truth.zconf[picked],
        kind=tuple(truth.kind[i] for i in picked),
    )


def match_rows(rows: Sequence[ScanRow], truth: TruthTable) -> tuple[IntArray, tuple[str, ...]]:
    """Find the row of the truth for each row of a scan.

    Parameters
    ----------
    rows : sequence of ScanRow
    truth : TruthTable

    Returns
    -------
    partners : ndarray of int, shape (n_rows,)
        -1 where there is none.
    notices : tuple of str
    """
    ids = tuple(row.source_id for row in rows)
    if ids == truth.ids:
        return np.arange(len(rows)), ()
    by_id = _unique(truth.ids)
    by_number = _unique([text.lstrip("0") for text in truth.ids])
    by_file = _unique([_file_name(name) for name in truth.files])
    files = Counter(row.file for row in rows)
    partners = np.full(len(rows), -1)
    for i, row in enumerate(rows):
        found = by_id.get(row.source_id, by_number.get(row.source_id.lstrip("0")))
        if found is None and files[row.file] == 1:  # the rows of a stacked survey share its name
            found = by_file.get(_file_name(row.file))
        partners[i] = -1 if found is None else found
    return partners, _told(partners, truth)


def _unique(names: Sequence[str]) -> dict[str, int]:
    """Return the row of each name that occurs once."""
    counts = Counter(names)
    return {name: i for i, name in enumerate(names) if name and counts[name] == 1}


def _file_name(text: str) -> str:
    return Path(text.replace("\\", "/")).name


def _told(partners: IntArray, truth: TruthTable) -> tuple[str, ...]:
    n_alone, n_used = int(np.count_nonzero(partners < 0)), len(set(partners.tolist()) - {-1})
    notices = []
    if n_alone:
        notices.append(f"{n_alone:,} of {partners.size:,} scanned sources are not in the truth.")
    if n_used < len(truth):
        notices.append(f"{len(truth) - n_used:,} of {len(truth):,} known sources were not scanned.")
    return tuple(notices)


def _quantities(path: Path, truth: TruthTable) -> tuple[tuple[str, FloatArray], ...]:
    """Return continuum S/N, line S/N and magnitude, measured where the truth holds spectra."""
    continuum, lines, magnitude = truth.continuum_snr, truth.line_snr, truth.magnitude
    content = open_content(path)
    if is_stacked(content) and catalogue_hdu(content) is not None:
        survey = read_survey_arrays(path)
        continuum = np.array([continuum_snr(_spectrum(survey, i)) for i in range(len(survey))])
        if not truth.columns.line_snr:
            lines = _line_snrs(survey, truth.redshift)
        if not truth.columns.magnitude:
            magnitude = magnitudes_from(survey)
    named = (("continuum S/N", continuum), ("line S/N", lines), ("magnitude", magnitude))
    return tuple((name, values) for name, values in named if np.isfinite(values).any())


def _spectrum(survey: SurveyArrays, row: int) -> Spectrum:
    flux, ivar = survey.flux[row].astype(np.float64), survey.ivar[row].astype(np.float64)
    return Spectrum(survey.wave, flux, ivar)


def _line_snrs(survey: SurveyArrays, redshift: FloatArray) -> FloatArray:
    values = np.full(len(survey), np.nan)
    for row in np.flatnonzero(np.isfinite(redshift)).tolist():
        values[row] = line_snr(_spectrum(survey, row), float(redshift[row]))
    return values


def magnitudes_from(survey: SurveyArrays) -> FloatArray:
    """Return AB magnitudes of the mean flux in the observed 7650-7850 Angstrom, shape (n,).

    Where that flux is below its error, the magnitude of the error; nan where all is masked.
    """
    inside = (survey.wave >= CONTINUUM_RANGE[0]) & (survey.wave <= CONTINUUM_RANGE[1])
    ivar = survey.ivar[:, inside].astype(np.float64)
    good = ivar > 0
    n_good = np.where(good.any(axis=1), good.sum(axis=1), np.nan)
    flux = np.where(good, survey.flux[:, inside], 0.0).sum(axis=1) / n_good
    error = np.sqrt(np.where(good, 1.0 / np.where(good, ivar, 1.0), 0.0).sum(axis=1)) / n_good
    per_hertz = np.maximum(flux, error) * FLUX_UNIT * MIDDLE**2 / (SPEED_OF_LIGHT * ANGSTROMS)
    return np.asarray(-2.5 * np.log10(per_hertz) - AB_ZERO, dtype=np.float64)


def _meta(path: Path) -> dict[str, str]:
    return {str(key).upper(): str(value) for key, value in read_table(path).meta.items()}


def _provenance(scan_path: Path, truth_path: Path, truth: TruthTable) -> dict[str, str]:
    meta = _meta(scan_path)
    return {
        "scan": scan_path.name,
        "truth": truth_path.name,
        "true redshifts": f"column {truth.columns.redshift}",
        **{name: meta[key] for key, name in SCAN_CARDS.items() if key in meta},
    }
