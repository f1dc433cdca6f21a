"""What is told of a catalogue beside its columns, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice
from moosegui.files.content import Content, Hdu, card_value
from moosegui.files.spectra.elements.names import is_flux, is_wave, split_unit
from moosegui.files.tables.columns import ColumnMap
from moosegui.files.tables.read import catalogue_hdu, is_joined

MAX_NAMED = 12  # extensions
MIN_PIXELS = 20  # rows of one ID, from which they are pixels and no lines


def no_redshift(columns: ColumnMap) -> tuple[str, ...]:
    if columns.redshift:
        return ()
    beside = f", and {columns.redshift_error} is the error of none" * bool(columns.redshift_error)
    return (f"No column was taken for redshifts{beside}.",)


def half_position(columns: ColumnMap) -> tuple[str, ...]:
    if bool(columns.ra) == bool(columns.dec):
        return ()
    there, missing = ("RA", "declination") if columns.ra else ("Dec", "right ascension")
    return (f"There is a column of {there} and none of {missing}: no source has a position.",)


def spectra_below_each_other(ids: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Tell of a table that holds the pixels of several spectra and not one source a row."""
    wave = next((name for name in names if is_wave(split_unit(name)[0])), "")
    flux = next((name for name in names if is_flux(split_unit(name)[0])), "")
    n_sources = len(set(ids))
    if not (wave and flux) or not 0 < n_sources < len(ids) / MIN_PIXELS:
        return ()
    return (
        f"Its rows look like pixels ({wave}, {flux}) of {n_sources} spectra below each other; save "
        "each spectrum as a file of its own.",
    )


def other_tables(content: Content) -> tuple[str, ...]:
    """Name the tables of a catalogue beside the one that is read and what is joined to it."""
    if len(content.tables) < 2:
        return ()
    taken = catalogue_hdu(content)
    joined = "FIBERMAP" if is_joined(content) else ""
    told = (f"The columns of {joined} were joined to {taken.name} by TARGETID.",) * bool(joined)
    others = [h for h in content.tables if h is not taken and (not joined or h.name != joined)]
    shown = ", ".join(map(shape_of, others[:MAX_NAMED])) + " ..." * (len(others) > MAX_NAMED)
    said = f"Table {taken.name or taken.index} was taken; there are also {shown}."
    return (*told, said) if others else told


def unheard(choice: ReadingChoice) -> tuple[str, ...]:
    """Tell that what was said of reading a spectrum means nothing to a catalogue."""
    if choice == AS_WRITTEN:
        return ()
    return (
        "What you said of wavelengths, fluxes or errors was not used: the file was taken as a "
        "catalogue, for its columns of sources; without these columns it would be a spectrum.",
    )


def shape_of(hdu: Hdu) -> str:
    kind, shape = "table" if hdu.is_table else "image", " x ".join(map(str, hdu.shape))
    label = "" if hdu.is_table or hdu.name else str(card_value(hdu.header, "BUNIT") or "").strip()
    return f"{hdu.name or hdu.index} ({kind} {shape}{f', {label}' if label else ''})"
