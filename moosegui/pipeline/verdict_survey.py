"""The spectra that a session judged, as a labelled survey: what `train --from SESSION` reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from moosegui.data.catalogue import Source, SourceFlag, Verdict
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError, MooseError
from moosegui.files.sources.survey_data import SurveyArrays, survey_of_spectra
from moosegui.files.spectra import read_spectrum
from moosegui.pipeline.inspected import read_inspected

NO_GALAXY = {SourceFlag.STAR, SourceFlag.QSO, SourceFlag.DEFECT}
SAME_PIXELS = 0.01  # of a pixel by which the wavelengths of two spectra may differ


def survey_of_verdicts(session: Path) -> tuple[SurveyArrays, tuple[str, ...]]:
    """Return what a session decided as a labelled survey, with its own redshifts and ZCONF.

    Blends are marked, so that a recipe can leave them out.

    Parameters
    ----------
    session : Path

    Returns
    -------
    survey : SurveyArrays
    notes : tuple of str
        What is not in it and why, in sentences.

    Raises
    ------
    InputError, SessionError
        If session or catalogue cannot be read, or no verdict has a redshift.
    """
    rows: list[tuple[Source, Verdict, Spectrum]] = []
    left_out: Counter[str] = Counter()
    for source, verdict in read_inspected(session).sources:
        reason, spectrum = _spectrum_of(source, verdict)
        if spectrum is None:
            left_out[reason] += 1
        elif rows and not _has_pixels_of(rows[0][2], spectrum):
            left_out["other pixels than those of the first"] += 1
        else:
            rows.append((source, verdict, spectrum))
    if not rows:
        raise InputError(f"{session} has no verdict with a redshift to learn from.")
    notes = tuple(f"{n:,} verdicts left out: {reason}." for reason, n in left_out.items())
    return _arrays(rows), notes


def _spectrum_of(source: Source, verdict: Verdict) -> tuple[str, Spectrum | None]:
    """Return a spectrum to learn from, or why there is none."""
    if verdict.false_reason is not None or not verdict.zconf or not np.isfinite(verdict.redshift):
        return "no redshift", None
    if verdict.flags & NO_GALAXY:
        return "flagged as a star, a quasar or a defect", None
    if source.spectrum is None:
        return "no spectrum", None
    try:
        spectrum = read_spectrum(source.spectrum)
    except MooseError:
        return "it cannot be read", None
    return "", spectrum.masked(verdict.conditions.masks)


def _has_pixels_of(first: Spectrum, other: Spectrum) -> bool:
    step = float(np.median(np.diff(first.wave)))
    same_size = first.wave.size == other.wave.size
    return same_size and bool(np.max(np.abs(first.wave - other.wave)) < SAME_PIXELS * step)


def _arrays(rows: list[tuple[Source, Verdict, Spectrum]]) -> SurveyArrays:
    labels = [
        (v.redshift, v.zconf or 0, source.kind, SourceFlag.BLEND in v.flags)
        for source, v, _ in rows
    ]
    spectra = [spectrum for _, _, spectrum in rows]
    return survey_of_spectra(spectra, [source.source_id for source, _, _ in rows], labels)
