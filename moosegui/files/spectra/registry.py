"""The formats of spectra, in the order in which they are tried, and the readers over them all."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError, MooseError, QuestionError
from moosegui.files.content import READ_ERRORS, Content, Undecided, Unreadable, open_content
from moosegui.files.links import folder_elsewhere
from moosegui.files.spectra.elements.companions import without_error_files
from moosegui.files.spectra.elements.headers import (
    SpectrumHeader,
    in_utf8,
    stem_of,
    with_unique_ids,
)
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.uncertainty import ESTIMATED, split_error
from moosegui.files.spectra.elements.unknown import why_unknown
from moosegui.files.spectra.formats import (
    array_cells,
    asked_columns,
    bands,
    desi,
    fibres,
    image,
    moose_cube,
    multispec,
    pixel_table,
    row_arrays,
    row_images,
    source_file,
    stacked,
    text_table,
)
from moosegui.files.stalls import answered

log = logging.getLogger(__name__)

FORMAT = "format"  # the name by which a content knows its place among these


class SpectrumFormat(Protocol):
    """What a format module offers."""

    def sniff(self, content: Content) -> Score:
        """How surely a file has this format, from what it holds."""

    def headers(self, content: Content) -> tuple[SpectrumHeader, ...]:
        """Describe every spectrum of the file without reading its pixels."""

    def read(self, content: Content, ref: SpectrumRef) -> Spectrum:
        """Read one spectrum, its wavelengths in vacuum; raises `Unreadable`."""


# Of two that are equally sure the first one reads
FORMATS: tuple[SpectrumFormat, ...] = cast(
    "tuple[SpectrumFormat, ...]",
    (
        source_file,
        desi,
        row_images,
        row_arrays,
        bands,
        multispec,
        stacked,
        fibres,
        pixel_table,
        array_cells,
        image,
        moose_cube,
        text_table,
        asked_columns,
    ),
)


def read_spectrum(ref: SpectrumRef) -> Spectrum:
    """Read one spectrum: vacuum, 1e-20 erg/s/cm2/Angstrom where the unit is known, masked.

    Parameters
    ----------
    ref : SpectrumRef
        The file and, where it holds several spectra, the row or the extension.

    Returns
    -------
    Spectrum
        With `stored_medium`, `facts` and `header` filled.

    Raises
    ------
    InputError
        If the file is missing, damaged, or holds no such spectrum.
    """

    def read() -> Spectrum:
        content = open_content(ref.path)
        with _guarded(ref.path):
            return _with_unmet_wishes(format_of(content).read(content, ref), ref.choice)

    return _with_larger_errors(answered(ref.path, read), ref.choice.sigma_factor)


def _with_larger_errors(spectrum: Spectrum, factor: float) -> Spectrum:
    """Multiply every sigma, and say so."""
    if factor == 1.0:
        return spectrum
    said = f"Every sigma was multiplied by {factor:g}, as you said."
    taken = replace(spectrum.provenance, assumed=(*spectrum.provenance.assumed, said))
    return replace(
        spectrum,
        ivar=spectrum.ivar / factor**2,
        facts=(*spectrum.facts, said),
        provenance=taken,
    )


def _with_unmet_wishes(spectrum: Spectrum, choice: ReadingChoice) -> Spectrum:
    """Say which flux or errors that the user named are not there; others were taken then."""
    taken = spectrum.provenance
    told = tuple(
        f"There is no {what} {wanted}; {found or 'none'} was taken."
        for what, wanted, found in (
            ("column of wavelengths", choice.wave, taken.wave),
            ("flux", choice.flux, taken.flux),
            ("error", split_error(choice.error)[0], taken.error),
        )
        if wanted
        and taken.flux
        and wanted.casefold() != ESTIMATED
        and wanted.casefold() not in f"{found} {spectrum.name}".casefold()
    )
    if not told:
        return spectrum
    provenance = replace(taken, assumed=(*told, *taken.assumed))
    return replace(spectrum, facts=(*told, *spectrum.facts), provenance=provenance)


def list_spectra(path: Path) -> tuple[SpectrumRef, ...]:
    """Return every spectrum of a file or folder, in order, unreadable files of a folder included.

    Raises
    ------
    InputError
        If a file holds no spectrum, or a folder no file of spectra.
    """
    return tuple(header.ref for header in list_headers(path))


def list_headers(
    path: Path, roots: Sequence[Path] = (), skipped: list[Path] | None = None
) -> tuple[SpectrumHeader, ...]:
    """Describe every spectrum of a file or folder, from headers only.

    Parameters
    ----------
    path : Path
        A file (one spectrum for each row where it is stacked, the reference spectrum alone of a
        Source file) or a folder, whose files are taken in the order of their names.
    roots : sequence of Path
        Folders elsewhere to which links in a folder may lead.
    skipped : list of Path, optional
        Gets the files of a folder that may be spectra, but in columns that nobody knows: beside
        known spectra they are a filter, an LSF ...

    Raises
    ------
    InputError
        If a file holds no spectrum, or a folder no file of spectra.
    """
    if not path.is_dir():
        return describe_file(path)
    found: list[SpectrumHeader] = []
    files, errors = without_error_files(_files_in(path))
    for item in files:
        found += _describe_item(item, roots)
    known = [header for header in found if not header.is_asked]
    if known and skipped is not None:
        skipped += [header.ref.path for header in found if header.is_asked]
    found = known or found
    if errors:
        log.info("%d files of %s hold the errors of others", len(errors), path)
    if not found:
        raise InputError(f"The folder {path} holds no spectra; name the folder of the FITS files.")
    return with_unique_ids(found)


def describe(ref: SpectrumRef) -> SpectrumHeader:
    """Describe one spectrum.

    Raises
    ------
    InputError
        If it does not exist.
    """
    headers = describe_file(ref.path)
    for header in headers:
        if header.ref.row == ref.row:
            return header
    if len(headers) == 1:
        return headers[0]
    raise InputError(f"{ref.path} holds {len(headers)} spectra and no row {ref.row}.")


def describe_file(path: Path) -> tuple[SpectrumHeader, ...]:
    """Describe every spectrum of one file.

    Raises
    ------
    InputError
        If it is missing, damaged or holds no spectrum.
    """

    def read() -> tuple[SpectrumHeader, ...]:
        content = open_content(path)
        with _guarded(path):
            return format_of(content).headers(content)

    return answered(path, read)


def holds_spectra(path: Path) -> bool:
    """Whether a readable file has one of the known formats of spectra."""
    return bool(answered(path, lambda: score_of(open_content(path))))


def score_of(content: Content) -> Score:
    """Say how surely a file holds spectra of one of the known formats."""
    with _guarded(content.path):
        return max(_scores(content))


def with_choice(ref: SpectrumRef, choice: ReadingChoice) -> SpectrumRef:
    """Return a reference that is read as the user says where its file is silent."""
    return replace(ref, choice=choice)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises into the reason why this file cannot be used.

    No file may end a scan: also what astropy asserts and what exhausts memory or the stack is the
    reason of its own source, with its type in the log.
    """
    try:
        yield
    except MooseError:
        raise
    except Undecided as open_question:
        guess = open_question.guess
        sentence, plain = f"{path} {open_question}.", f"{path} {open_question.reason}."
        raise QuestionError(sentence, guess.what, guess.options, plain) from open_question
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    except Exception as error:
        log.warning("%s: %s", path, type(error).__name__, exc_info=error)
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"{path} is damaged, or of a kind that its reader does not expect "
            f"({type(error).__name__}{': ' + said if said else ''}); check it with another program."
        ) from error


def _files_in(folder: Path) -> list[Path]:
    try:
        items = sorted(folder.iterdir())
        return [item for item in items if item.is_file() and not item.name.startswith(".")]
    except OSError as error:
        raise InputError(
            f"The folder {folder} cannot be read ({error.strerror or error}); check its "
            "permissions."
        ) from error


def list_notes(content: Content) -> tuple[str, ...]:
    """Tell what the list of a file's spectra leaves out, where its format has something to tell."""
    tell = getattr(format_of(content), "list_notes", None)
    return () if tell is None else tuple(tell(content))


def format_of(content: Content) -> SpectrumFormat:
    """Return the format that is surest of a file.

    Raises
    ------
    Unreadable
        If none is; the reason says what the file is, what was looked for and what to do.
    """
    known = content.known.get(FORMAT)
    if known is not None:
        return FORMATS[known]
    scores = _scores(content)
    if best := max(scores):
        surest = scores.index(best)
        if content.kind == "fits":  # its headers tell, which a row of a survey would ask again
            content.known[FORMAT] = surest
        return FORMATS[surest]
    raise Unreadable(why_unknown(content))


def _scores(content: Content) -> list[Score]:
    """Return how sure each format is; one that stumbles is not, unless all others know nothing."""
    scores, stumbled = [], None
    for known in FORMATS:
        try:
            scores.append(known.sniff(content))
        except (Unreadable, *READ_ERRORS) as error:
            stumbled = stumbled or error
            scores.append(Score.NO)
    if stumbled is not None and not max(scores):
        raise stumbled
    return scores


def _describe_item(path: Path, roots: Sequence[Path]) -> list[SpectrumHeader]:
    """Describe a file of a folder: marked if it is a damaged one, nothing if it is a catalogue."""
    try:
        return answered(
            path, partial(_describe_readable, path, roots)
        )  # one wait for all that is read
    except InputError as error:
        if not _claims_fits(path):
            return []
        return [SpectrumHeader(SpectrumRef(path), stem_of(path), problem=in_utf8(str(error)))]


def _describe_readable(path: Path, roots: Sequence[Path]) -> list[SpectrumHeader]:
    if (elsewhere := folder_elsewhere(path, roots)) is not None:
        return [_linked(path, elsewhere)] if _claims_fits(path) else []
    content = open_content(path)
    with _guarded(path):
        if content.kind != "fits" and not any(known.sniff(content) for known in FORMATS):
            return [] if not _claims_fits(path) else [_marked(path, "is not a FITS file")]
        if _is_catalogue(content):
            return []
    return list(describe_file(path))


def _marked(path: Path, reason: str) -> SpectrumHeader:
    problem = f"{path} {reason}; fetch it again."
    return SpectrumHeader(SpectrumRef(path), stem_of(path), problem=in_utf8(problem))


def _linked(path: Path, elsewhere: Path) -> SpectrumHeader:
    problem = (
        f"{path} is a link out of its folder and is not read; allow {elsewhere} in the window, or "
        "open that folder."
    )
    ref, name = SpectrumRef(path), stem_of(path)
    return SpectrumHeader(ref, name, problem=in_utf8(problem), elsewhere=elsewhere)


def _claims_fits(path: Path) -> bool:
    return path.name.lower().endswith((".fits", ".fit", ".fts", ".fits.gz"))


def _is_catalogue(content: Content) -> bool:
    """Whether a FITS file holds tables, none of them a spectrum, and no image."""
    has_image = any(hdu.shape and not hdu.is_table for hdu in content.hdus)
    if not content.tables or has_image:
        return False
    return not any(known.sniff(content) for known in FORMATS)
