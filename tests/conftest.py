"""Fixtures of every test: shared data that may be missing, and seeded randomness."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Window geometry, logs and demo copies of the tests stay out of the user's own folders
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="moosegui-tests-")
os.environ["MOOSEGUI_CACHE"] = str(Path(os.environ["XDG_CONFIG_HOME"]) / "cache")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# An example that takes long, or is long in the making, tells of the machine and not of the code
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("any machine")

atexit.register(shutil.rmtree, os.environ["XDG_CONFIG_HOME"], ignore_errors=True)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real spectra and simulated surveys; the test is skipped without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real spectra and the surveys are not in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)
