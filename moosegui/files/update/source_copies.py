"""What was inspected, as MPDAF's own files: copies of Sources, and spectra.

Laid out as `mpdaf.sdetect.Source` and `mpdaf.obj.Spectrum` do. The files that were read are never
changed.
"""

from __future__ import annotations

import math
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from moosegui.data.catalogue import Source, SourceList, VerdictEvent
from moosegui.data.spectrum import FLUX_UNIT, Spectrum
from moosegui.errors import ExportError, InputError
from moosegui.files.content import open_content
from moosegui.files.safe_write import replacing
from moosegui.files.spectra import read_spectrum
from moosegui.files.spectra.formats.source_file import sniff
from moosegui.files.tables.fits_text import escaped
from moosegui.files.update.inspection_lists import inspected

Z_DESC = "MOOSE"  # MUSE is the redshift that the team agreed upon, which this is not yet
WIDTH = 60  # characters of a comment or a line of history, as MPDAF wraps them
MISSING = -9999.0  # a bound that is not known, as MPDAF writes it
UNIT = "10**-20 Angstrom-1 cm-2 erg s-1"
UNIT_OF_VARIANCE = "10**-40 Angstrom-2 cm-4 erg2 s-2"
MAX_BEND = 1e-3  # Angstrom that wavelengths may leave a straight line


@dataclass(frozen=True, slots=True)
class Copies:
    """What was written.

    Parameters
    ----------
    paths : tuple of Path
    problems : tuple of str
        A sentence for each source that was inspected and has no file.
    """

    paths: tuple[Path, ...]
    problems: tuple[str, ...]


def write_source_copies(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    folder: Path,
    *,
    overwrite: bool = False,
) -> Copies:
    """Write one MPDAF file for each source that was inspected.

    A Source is copied, with a row `MOOSE` in its table Z, its ZCONF, a line of HISTORY and the
    comment; of any other file the spectrum is written with these cards.

    Parameters
    ----------
    source_list : SourceList
    decisions : mapping of source key to VerdictEvent
        Those in force.
    folder : Path
        Made if it does not exist.
    overwrite : bool
        Whether files there may be replaced; never those that were read.

    Raises
    ------
    ExportError
        If the folder cannot be made or written, or a file lies there already.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"The folder {folder} cannot be made ({error.strerror or error}); name another."
        ) from error
    paths, problems = list[Path](), list[str]()
    for source, decision in inspected(source_list, decisions):
        if source.spectrum is None:
            problems.append(f"Source {source.key} has no spectrum, and no file was written.")
            continue
        target = folder / _name(source)
        _check(target, source.spectrum.path, overwrite=overwrite)
        try:
            _write(source, decision, target)
        except InputError as error:
            problems.append(str(error))
            continue
        paths.append(target)
    return Copies(tuple(paths), tuple(problems))


def _name(source: Source) -> str:
    """Name a file as MPDAF does, with five digits, where the ID is a number."""
    known = source.key
    if known.isdecimal():
        return f"source-{int(known):05d}.fits"
    kept = "".join(c if c.isalnum() or c in "-_." else "_" for c in known)
    return f"source-{kept}.fits"


def _check(target: Path, read: Path, *, overwrite: bool) -> None:
    if not target.exists():
        return
    if target.samefile(read):
        raise ExportError(f"{target} is a file that was read; name another folder.")
    if not overwrite:
        raise ExportError(f"{target} lies there already; name another folder, or --overwrite.")


def _write(source: Source, decision: VerdictEvent, target: Path) -> None:
    ref = source.spectrum
    if ref is None:
        return
    with replacing(target) as temporary:
        if sniff(open_content(ref.path)) and not ref.path.name.endswith(".gz"):
            shutil.copyfile(ref.path, temporary)
            with fits.open(temporary, mode="update", memmap=False) as hdus:
                _set_redshift(hdus, decision)
                _set_cards(hdus[0].header, decision)
        else:
            hdus = _spectrum_hdus(source, read_spectrum(ref), ref.path)
            _set_cards(hdus[0].header, decision)
            hdus.writeto(temporary, overwrite=True)


def _set_redshift(hdus: fits.HDUList, decision: VerdictEvent) -> None:
    """Put our row into the table Z, in the place of an older one; none without a redshift."""
    verdict = decision.verdict
    old = next((hdu for hdu in hdus if hdu.name == "Z"), None)
    is_known = math.isfinite(verdict.redshift)
    ours = _bounds(verdict.redshift, verdict.redshift_error)
    if old is None:
        if is_known:
            columns = [fits.Column("Z_DESC", "20A", array=[Z_DESC])]
            columns += [
                fits.Column(name, "D", disp="F13.4", array=[ours.get(name, MISSING)])
                for name in ("Z", "Z_MIN", "Z_MAX")
            ]
            hdus.append(fits.BinTableHDU.from_columns(columns, name="Z"))
        return
    is_kept = np.array([str(desc).strip() != Z_DESC for desc in old.data["Z_DESC"]], dtype=bool)
    added = ({"Z_DESC": Z_DESC} | ours) if is_known else {}
    columns = [_column(column, old.data[column.name][is_kept], added) for column in old.columns]
    hdus[hdus.index_of("Z")] = fits.BinTableHDU.from_columns(columns, name="Z")


def _column(old: fits.Column, kept: NDArray[Any], added: Mapping[str, float | str]) -> fits.Column:
    """Return a column with what is kept of it, and one cell more where a row is added."""
    if not added:
        return fits.Column(old.name, old.format, disp=old.disp, array=kept)
    is_text = kept.dtype.kind in "SU"
    cell = added.get(old.name, "" if is_text else MISSING)
    values = np.append(kept, np.array([cell], dtype=None if is_text else kept.dtype))
    form = f"{max(20, values.dtype.itemsize)}A" if is_text else old.format
    return fits.Column(old.name, form, disp=None if is_text else old.disp, array=values)


def _bounds(redshift: float, error: float) -> dict[str, float]:
    """The columns of a redshift; MPDAF lays half its error to each side."""
    if not math.isfinite(error):
        return {"Z": redshift}
    low, high = redshift - error / 2.0, redshift + error / 2.0
    return {"Z": redshift, "Z_MIN": low, "Z_MAX": high, "Z_ERR": error}


def _set_cards(header: fits.Header, decision: VerdictEvent) -> None:
    verdict, day = decision.verdict, decision.time[:10]
    if verdict.zconf is not None:
        header["ZCONF"] = (verdict.zconf, "confidence of the redshift")
        if "CONFID" in header:
            header["CONFID"] = verdict.zconf
    false = "" if verdict.false_reason is None else f"false source: {verdict.false_reason.value}"
    redshift = f"z = {verdict.redshift:.5f}" if math.isfinite(verdict.redshift) else "no redshift"
    told = false or f"{redshift}, ZCONF {verdict.zconf}"
    version = header.get("SRC_V") or ""
    for line in _lines(f"[{version}] {told} ({decision.inspector} {day})"):
        header.add_history(line)
    if verdict.comment:
        for line in _lines(f"[{decision.inspector} {day}] {verdict.comment}"):
            header.add_comment(line)


def _lines(text: str) -> list[str]:
    """Wrap a text in ASCII, as cards hold it; other letters are escaped as in our tables."""
    plain = " ".join(text.split())
    return textwrap.wrap(plain if plain.isascii() else escaped(plain), WIDTH)


def _spectrum_hdus(source: Source, spectrum: Spectrum, path: Path) -> fits.HDUList:
    """Lay a spectrum out as MPDAF does, in air if its wavelengths are even there, else in vacuum.

    Raises
    ------
    InputError
        If the wavelengths are even in neither.
    """
    axis = _even_axis(spectrum)
    if axis is None:
        raise InputError(
            f"{path} has wavelengths that are not evenly spaced, as those of a spectrum of MPDAF "
            "are; no file was written."
        )
    primary = fits.PrimaryHDU()
    primary.header["ID"] = int(source.source_id) if source.source_id.isdecimal() else source.key
    for card, value in (("RA", source.ra), ("DEC", source.dec)):
        if math.isfinite(value):
            primary.header[card] = value
    header = fits.Header()
    header["CTYPE1"], header["CRVAL1"], header["CDELT1"] = axis
    header["CUNIT1"], header["CRPIX1"] = "Angstrom", 1.0
    flux = np.where(spectrum.is_masked, np.nan, spectrum.flux).astype(np.float32)
    with np.errstate(divide="ignore"):
        variance = np.where(spectrum.is_masked, np.nan, 1.0 / spectrum.ivar).astype(np.float32)
    data, stat = fits.ImageHDU(flux, header, "DATA"), fits.ImageHDU(variance, header, "STAT")
    if spectrum.unit == FLUX_UNIT:
        data.header["BUNIT"], stat.header["BUNIT"] = UNIT, UNIT_OF_VARIANCE
    return fits.HDUList([primary, data, stat])


def _even_axis(spectrum: Spectrum) -> tuple[str, float, float] | None:
    """Return CTYPE1, first wavelength and step in the medium in which the steps are equal."""
    for kind, wave in (("AWAV", spectrum.in_medium("air").wave), ("WAVE", spectrum.wave)):
        step = float(wave[-1] - wave[0]) / (wave.size - 1)
        if np.abs(wave - wave[0] - step * np.arange(wave.size)).max() < MAX_BEND:
            return kind, float(wave[0]), step
    return None
