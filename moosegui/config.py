"""Where resources and the user's own files lie; the one module that knows."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from moosegui.errors import MooseError

DEFAULT_BASIS = "moose_v2.h5"


def resource_root() -> Path:
    """Return the folder of the resources: inside a wheel, or beside an editable package.

    Raises
    ------
    MooseError
        If the installation has lost them.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise MooseError(f"The installation in {package} has no resources; install moosegui again.")


def resource(*parts: str) -> Path:
    """Return the path of one resource, as ``resource("basis", DEFAULT_BASIS)``.

    Raises
    ------
    MooseError
        If it does not exist.
    """
    path = resource_root().joinpath(*parts)
    if not path.exists():
        raise MooseError(f"The resource {'/'.join(parts)} is missing; install moosegui again.")
    return path


def manual_folder() -> Path:
    """Return the folder of the manual: inside a wheel, or beside an editable package.

    Raises
    ------
    MooseError
        If the installation has lost it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_manual", package.parent / "docs" / "manual"):
        if folder.is_dir():
            return folder
    raise MooseError(f"The installation in {package} has no manual; install moosegui again.")


def user_folder() -> Path:
    """Return the folder for logs and preferences, created if need be.

    Where it cannot be made or written, a folder among the temporary files takes its place.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    folder = base / "moosegui"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    instead = Path(tempfile.gettempdir()) / f"moosegui-{default_inspector()}"
    instead.mkdir(mode=0o700, exist_ok=True)
    return instead


def cache_folder() -> Path | None:
    """Return the folder for what can be made again, not created; None where nothing is to be kept.

    The environment variable MOOSEGUI_CACHE names another one, or none if it is empty.
    """
    named = os.environ.get("MOOSEGUI_CACHE")
    if named is not None:
        return Path(named) if named else None
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return None
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "moosegui" / "cache"
        )
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "moosegui"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "moosegui"


def default_inspector() -> str:
    """Return the initials under which decisions are stored when none are given."""
    name = os.environ.get("MOOSE_INSPECTOR") or os.environ.get("USER") or "inspector"
    return "".join(c for c in name if c.isalnum() or c in "-_") or "inspector"
