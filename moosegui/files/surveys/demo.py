"""The embedded demo survey, copied to where it may be judged."""

from __future__ import annotations

import shutil
from pathlib import Path

from moosegui.config import resource, user_folder

DEMO_SURVEY = "moose_demo.fits"


def make_demo_folder() -> Path:
    """Copy the demo survey to the user's folder, unless it is there; return the copy.

    Resources may be read-only, and the session of a demo lies beside its survey.
    """
    folder = user_folder() / "demo"
    folder.mkdir(exist_ok=True)
    original, copy = resource("demo", DEMO_SURVEY), folder / DEMO_SURVEY
    if not copy.exists() or copy.read_bytes() != original.read_bytes():
        shutil.copyfile(original, copy)
    return copy
