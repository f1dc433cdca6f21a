"""How the window opens, and where the session of a list lies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moosegui.config import user_folder
from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice, SourceList
from moosegui.data.team.reconciliation import ConflictRule, Journal
from moosegui.files.session.file import session_path
from moosegui.pipeline.reconciliation import reconciled_path

BRING = "Move the session beside its catalogue"  # as the menu says


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the window opens.

    Parameters
    ----------
    inspector : str
    session : Path or None
        The session file; None puts it beside the catalogue.
    screenshot : Path or None
        Save a picture there once everything is scanned, and quit.
    source : str or None
        ID of the source to begin with.
    size : str
        `1920x1080`, or empty.
    theme : "system", "light" or "dark"
    text_size : float
        In points; 0 as preferred.
    is_blind : bool
        Open in blind mode, whatever the preferences say.
    spectra : Path or None
        Where the spectra of the catalogue lie; remembered for `moosegui export`.
    cube : Path or None
        Where the light of all sources is; remembered.
    choice : ReadingChoice
        What the user says of silent files; without, what the session remembers.
    columns : mapping of str to str
        Columns of the catalogue by meaning; without, those that the session remembers.
    is_vetting : bool
        Whether blends and false sources are looked for once everything is scanned.
    journals : tuple of Journal
        Of the inspectors who are reconciled; empty otherwise.
    rule : ConflictRule or None
        By which they disagree; None is that of the preferences.
    has_calibration : bool
        Whether the user named one, before which that of the session stands back.
    tells_errors : bool
        Whether a list that cannot be opened leaves a window that says why.
    unrecognised : Path or None
        The catalogue that was to be opened, in which nobody recognised the columns.
    """

    inspector: str
    session: Path | None = None
    screenshot: Path | None = None
    source: str | None = None
    size: str = ""
    theme: str = "system"
    is_blind: bool = False
    spectra: Path | None = None
    cube: Path | None = None
    choice: ReadingChoice = AS_WRITTEN
    columns: Mapping[str, str] = field(default_factory=dict)
    is_vetting: bool = True
    journals: tuple[Journal, ...] = ()
    rule: ConflictRule | None = None
    has_calibration: bool = False
    tells_errors: bool = False
    unrecognised: Path | None = None
    text_size: float = 0.0


def place_beside(source_list: SourceList, options: WindowOptions) -> Path:
    """Return where the session of a list lies if its folder can be written."""
    place = reconciled_path if options.journals else session_path
    return place(source_list.path, options.inspector)


def session_place(source_list: SourceList, options: WindowOptions) -> tuple[Path, str]:
    """Return where the session of a list lies: beside it, else in the user's folder.

    Returns
    -------
    path : Path
    notice : str
        Why it does not lie beside the catalogue; else empty.
    """
    if options.session is not None:
        return options.session, ""
    path = place_beside(source_list, options)
    digest = hashlib.sha256(os.fsencode(source_list.path.absolute())).hexdigest()[:8]
    elsewhere = user_folder() / "sessions" / f"{digest}-{path.name}"
    if not (path.exists() or os.access(path.parent, os.W_OK)):
        elsewhere.parent.mkdir(exist_ok=True)
        return elsewhere, f"{path.parent} cannot be written: the session is kept in {elsewhere}."
    if not elsewhere.exists():
        return path, ""
    merge = f"moosegui merge {elsewhere}"
    if path.exists():
        return path, (
            f"There is also {elsewhere}, from when this folder could not be written; {merge} "
            f"{path} -o NEW.moose joins both."
        )
    return elsewhere, (
        f"The session is the one in {elsewhere}, from when {path.parent} could not be written; "
        f"“{BRING}” in the menu File (or {merge} -o {path}) brings it beside the catalogue."
    )
