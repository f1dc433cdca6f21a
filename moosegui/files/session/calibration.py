"""The calibration that was learned from the verdicts of a session, kept beside it.

`cat.fits.ZB.moose` has `cat.fits.ZB.calibration.json`; the one before it is kept in
`cat.fits.ZB.calibration.previous.json`, so that learning can be taken back.
"""

from __future__ import annotations

from pathlib import Path

from moosegui.data.confidence import ConfidenceModel
from moosegui.errors import ExportError
from moosegui.files.models.confidence import read_confidence, write_confidence
from moosegui.files.session.backups import SUFFIX

ENDING, PREVIOUS = ".calibration.json", ".calibration.previous.json"


def calibration_path(session: Path) -> Path:
    """Return where the calibration of a session lies."""
    return session.with_name(session.name.removesuffix(SUFFIX) + ENDING)


def own_calibration(session: Path) -> ConfidenceModel | None:
    """Return what was learned from the verdicts of a session; None where nothing was.

    Raises
    ------
    InputError
        If there is a file that cannot be read.
    """
    path = calibration_path(session)
    return read_confidence(path) if path.exists() else None


def keep_calibration(session: Path, model: ConfidenceModel) -> Path:
    """Keep a calibration beside its session, and the one that was there before; return where.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    path = calibration_path(session)
    earlier = own_calibration(session)
    if earlier is not None:
        write_confidence(_previous(session), earlier)
    write_confidence(path, model)
    return path


def undo_calibration(session: Path) -> bool:
    """Go back to the calibration before the last learning; return whether there is one still.

    Raises
    ------
    ExportError
        If nothing was learned from the session, or the files cannot be changed.
    """
    path, previous = calibration_path(session), _previous(session)
    if not path.exists():
        raise ExportError(
            f"Nothing was learned from {session.name}, so that nothing can be taken back; "
            f"moosegui calibrate {session.name} learns."
        )
    try:
        if previous.exists():
            previous.replace(path)
        else:
            path.unlink()
    except OSError as error:
        raise ExportError(
            f"{path} cannot be changed ({error.strerror}); check who may write there."
        ) from error
    return path.exists()


def _previous(session: Path) -> Path:
    return session.with_name(session.name.removesuffix(SUFFIX) + PREVIOUS)
