"""What a file is and what was taken of it, for `moosegui info` and for whoever asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import Content, Hdu, Unreadable, card_value, open_content
from moosegui.files.moosejl.kinds import SENTENCES, moose_kind
from moosegui.files.sources.notices import duplicate_notices
from moosegui.files.spectra.elements.assemble import NO_UNIT
from moosegui.files.spectra.elements.headers import some_names
from moosegui.files.spectra.elements.names import QUALITY_NAMES
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.registry import describe_file, list_notes, score_of, with_choice
from moosegui.files.spectra.registry import read_spectrum as _read
from moosegui.files.tables.astropy_tables import without_mixins
from moosegui.files.tables.columns import (
    as_ids,
    contradictions,
    map_columns,
    with_names,
)
from moosegui.files.tables.meanings import no_ids
from moosegui.files.tables.other_kinds import is_parquet
from moosegui.files.tables.read import read_table
from moosegui.fit.noise_ratio import doubt_of_errors
from moosegui.pipeline.reading.catalogue_facts import (
    MAX_NAMED,
    half_position,
    no_redshift,
    other_tables,
    shape_of,
    spectra_below_each_other,
    unheard,
)

_WORDS = {"Z": "z", "DEC": "Dec", "FILE": "files"}  # of the meanings of columns, in sentences
QUALITY_CARDS = frozenset(("ZCONF", "ZFLAG", "ZFLAGS", "ZFLG", "REDFLAG", "ZQUALITY", "Z_QUALITY",
                           "Z_QUAL", "ZQUAL", "ZCLASS", "QOP", "NQ", "CONFID"))  # fmt: skip
WHY = {
    Score.SIGNATURE: "its extensions, columns or cards are those of this kind alone",
    Score.NAMES: "its columns or extensions have names of wavelengths and fluxes",
    Score.SHAPE: "it has a one-dimensional image with wavelengths",
    Score.NUMBERS: "it has columns of numbers, the first of which increases or has a name",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a file is and what of it became a spectrum; texts are empty where there is nothing.

    Of a file with several spectra the first one is described.

    Parameters
    ----------
    path : str
    kind, why : str
    n_spectra : int
    wave, flux, error, unit : str
        From what each was taken.
    wave_range : tuple of float or None
        Angstrom in vacuum.
    medium : str
        What the wavelengths of the file are in, and whether that was said or assumed.
    source_id : str
    ra, dec : float or None
        Degrees.
    redshift : float or None
        What the file quotes.
    columns : dict of str to str
        Of a catalogue, the column of each meaning by the words of `--columns`.
    unused : tuple of str
        Of a catalogue, all columns without a meaning.
    median_snr : float or None
    n_pixels, n_masked : int
        Of the spectrum; those that the file marks, and those without a usable flux or error.
    assumed, left_out, facts : tuple of str
        Sentences.
    problem : str
        Why the file is refused.
    """

    path: str
    kind: str = ""
    why: str = ""
    n_spectra: int = 0
    wave: str = ""
    wave_range: tuple[float, float] | None = None
    flux: str = ""
    error: str = ""
    medium: str = ""
    unit: str = ""
    source_id: str = ""
    ra: float | None = None
    dec: float | None = None
    redshift: float | None = None
    columns: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    median_snr: float | None = None
    n_pixels: int = 0
    n_masked: int = 0
    assumed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    problem: str = ""


def account_of(
    path: Path, choice: ReadingChoice = AS_WRITTEN, names: Mapping[str, str] | None = None
) -> Account:
    """Say what a file is and what is taken of it; what is wrong with it is its `problem`.

    Parameters
    ----------
    path : Path
    choice : ReadingChoice
        What the user says where the file is silent.
    names : mapping of str to str, optional
        Columns of a catalogue, by the meanings of `--columns`.
    """
    if path.is_dir():
        return Account(str(path), problem=f"{path} is a folder; name its files.")
    try:
        content = open_content(path)
        score = score_of(content)
        if score:
            return _of_spectrum(path, content, score, choice)
        return _of_table(path, content, choice, names or {})
    except InputError as error:
        return Account(str(path), problem=str(error))
    except Unreadable as reason:
        return Account(str(path), problem=f"{path} {reason}.")


def account_of_source(ref: SpectrumRef) -> Account:
    """Say what the file of a source is and what is taken of it for this source.

    Parameters
    ----------
    ref : SpectrumRef
        With what the user says where the file is silent.
    """
    try:
        content = open_content(ref.path)
        return _described(content, score_of(content) or Score.NUMBERS, ref)
    except InputError as error:
        return Account(str(ref.path), problem=str(error))
    except Unreadable as reason:
        return Account(str(ref.path), problem=f"{ref.path} {reason}.")


def account_rows(account: Account) -> tuple[tuple[str, str], ...]:
    """Return what an account says, as pairs of a word and a sentence; what is empty is left out."""
    kind = f"{account.kind}: {account.why}" if account.why else account.kind
    several = f"{account.n_spectra}; the first is described" if account.n_spectra > 1 else ""
    reach = account.wave_range
    rows = (
        ("kind", kind),
        ("problem", account.problem),
        ("spectra", several),
        ("ID", account.source_id),
        ("position", _position(account)),
        ("z", "" if account.redshift is None else f"{account.redshift:.5f}"),
        ("wave", account.wave),
        ("range", f"{reach[0]:.2f} to {reach[1]:.2f} Angstrom in vacuum" if reach else ""),
        ("medium", account.medium),
        ("flux", account.flux),
        ("unit", account.unit or (_no_unit(account.assumed) if reach else "")),
        ("error", account.error),
        ("pixels", _pixels(account)),
        ("S/N", "" if account.median_snr is None else f"{account.median_snr:.2f} a pixel"),
        *(("assumed", sentence) for sentence in account.assumed),
        *(("left out", sentence) for sentence in account.left_out),
        *(("note", sentence) for sentence in account.facts),
    )
    return tuple((name, text) for name, text in rows if text)


def _no_unit(assumed: Sequence[str]) -> str:
    told = (said.removeprefix(NO_UNIT) for said in assumed if said.startswith(f"{NO_UNIT};"))
    return next((f"none in the file{rest.rstrip('.')}" for rest in told), "none")


def _pixels(account: Account) -> str:
    if not account.n_pixels:
        return ""
    masked = "1 is masked" if account.n_masked == 1 else f"{account.n_masked} are masked"
    return f"{account.n_pixels}, of which {masked}"


def _position(account: Account) -> str:
    if account.ra is None or account.dec is None:
        return ""
    return f"RA {account.ra:.6f}, Dec {account.dec:+.6f} degrees"


def _if_known(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _of_spectrum(path: Path, content: Content, score: Score, choice: ReadingChoice) -> Account:
    headers = describe_file(path)
    first = headers[0]
    account = _described(content, score, with_choice(first.ref, choice))
    return replace(
        account,
        n_spectra=len(headers),
        source_id=first.source_id,
        ra=_if_known(first.ra),
        dec=_if_known(first.dec),
        redshift=_if_known(first.redshift),
        left_out=(*account.left_out, *list_notes(content)),
    )


def _described(content: Content, score: Score, ref: SpectrumRef) -> Account:
    spectrum = _read(ref)
    taken = spectrum.provenance
    return Account(
        path=str(ref.path),
        kind=taken.kind,
        why=WHY[score],
        wave=taken.wave,
        wave_range=(float(spectrum.wave[0]), float(spectrum.wave[-1])),
        flux=taken.flux,
        error=taken.error or _estimate(taken.assumed),
        medium=_medium(spectrum, ref.choice),
        unit=taken.unit,
        median_snr=spectrum.median_snr if np.isfinite(spectrum.median_snr) else None,
        n_pixels=spectrum.wave.size,
        n_masked=int(np.count_nonzero(spectrum.is_masked)),
        assumed=taken.assumed,
        left_out=(*taken.left_out, *_unused(content, spectrum)),
        facts=(
            *(f for f in spectrum.facts if f not in (*taken.assumed, *taken.left_out)),
            *_own_quality(content),
            *_doubt(spectrum),
        ),
    )


def _doubt(spectrum: Spectrum) -> tuple[str, ...]:
    """Tell where the errors contradict the noise."""
    words = doubt_of_errors(spectrum)
    said = f"Neighbouring pixels scatter as if the errors were others: {words}; check their unit."
    return (said,) if words else ()


def _own_quality(content: Content) -> tuple[str, ...]:
    """Tell the qualities that a header gives its redshift, which are of scales of their own."""
    found = {
        key: card_value(hdu.header, key)
        for hdu in content.hdus[:2]
        for key in hdu.header
        if key.split(" ")[-1] in QUALITY_CARDS
    }
    return tuple(
        f"The header says {key} = {value} of its redshift; a ZCONF is the expert's to give."
        for key, value in found.items()
        if value is not None
    )


def _estimate(assumed: Sequence[str]) -> str:
    is_there = any("no usable variance" in said for said in assumed)
    where = "none in the file that can be used" if is_there else "none in the file"
    return f"{where}; estimated from the scatter"


def _of_table(
    path: Path, content: Content, choice: ReadingChoice, said: Mapping[str, str]
) -> Account:
    """Describe a catalogue, or say why the file is neither that nor a spectrum."""
    if content.kind == "hdf5" and (kind := moose_kind(path)) in SENTENCES:
        return Account(str(path), f"{kind} of Moose.jl", problem=f"{path} {SENTENCES[kind]}.")
    is_list = content.kind == "text" or bool(content.tables) or is_parquet(path)
    table = without_mixins(read_table(path)) if is_list else None
    columns = None if table is None else with_names(map_columns(table), table, said, path)
    if table is not None and columns is not None and not (columns.source_id or columns.file):
        if columns.redshift or columns.ra:
            return Account(str(path), "catalogue", problem=f"{path} {no_ids(table.colnames)}.")
        columns = None
    if table is None or columns is None:
        describe_file(path)  # raises with the sentence that says what it is
        table = without_mixins(read_table(path))
        columns = map_columns(table)
    taken = ", ".join(
        f"{_WORDS.get(what, what)} from {name}" for what, name in columns.said.items()
    )
    return Account(
        str(path),
        kind=f"catalogue of {len(table)} row{'s' if len(table) != 1 else ''}",
        why=f"it has columns of sources: {taken}",
        columns=columns.said,
        unused=tuple(columns.unused_of(table)),
        left_out=_without_meaning(columns.unused_of(table)),
        facts=(
            *no_redshift(columns),
            *half_position(columns),
            *other_tables(content),
            *duplicate_notices(as_ids(table, columns.source_id)),
            *spectra_below_each_other(as_ids(table, columns.source_id), table.colnames),
            *contradictions(table, columns),
            *unheard(choice),
        ),
    )


def _without_meaning(others: Sequence[str]) -> tuple[str, ...]:
    """Name the columns of a catalogue that say nothing to this program."""
    said = (
        f"Columns not used: {some_names(others)}; open and scan give one a meaning with --columns."
    )
    return (said,) if others else ()


def _medium(spectrum: Spectrum, choice: ReadingChoice) -> str:
    if spectrum.stored_medium:
        return f"{spectrum.stored_medium} (the file or its kind says so)"
    if choice.medium:
        return f"{choice.medium} (you say so)"
    is_vacuum = any("vacuum was assumed" in said for said in spectrum.provenance.assumed)
    return "vacuum (assumed)" if is_vacuum else "air (assumed)"


def _is_named(hdu: Hdu, said: str) -> bool:
    """Whether a text in capitals names an extension, by its name or its number in the file."""
    if hdu.name:
        return re.search(rf"(?<!\w){re.escape(hdu.name.upper())}(?!\w)", said) is not None
    return re.search(rf"(?:EXTENSION|TABLE) {hdu.index}\b", said) is not None


def _unused(content: Content, spectrum: Spectrum) -> tuple[str, ...]:
    """Name the columns and extensions that no spectrum needs."""
    taken, told = spectrum.provenance, []
    if taken.unused and not any(", ".join(taken.unused) in fact for fact in spectrum.facts):
        told.append(f"Columns not used: {', '.join(taken.unused)}.")
    said = " ".join((taken.wave, taken.flux, taken.error, spectrum.name, *taken.left_out)).upper()
    is_source = any(hdu.name.startswith("SPE_") for hdu in content.hdus)
    others = [
        shape_of(hdu)
        for hdu in content.hdus
        if hdu.shape
        and (hdu.name or hdu.index)
        and not _is_named(hdu, said)
        # the list of a stack's sources, and what surveys tell of the one source
        and not (hdu.is_table and (", row " in taken.flux or hdu.shape == (1,)))
        and not hdu.name.startswith("SPE_")
        and not (hdu.name == "Z" and is_source)  # told by the format
        and hdu.name.lower().rpartition("_")[2] not in QUALITY_NAMES
    ]
    if others:
        shown = ", ".join(others[:MAX_NAMED]) + (" ..." if len(others) > MAX_NAMED else "")
        told.append(f"Extensions not used: {shown}.")
    return tuple(told)
