"""Every kernel is compiled once: what the first sources compile, no later source compiles again.

A kernel that meets arrays of another layout is compiled for these too, for seconds, in the middle
of the work.
"""

from __future__ import annotations

import os
import subprocess
import sys

# a process of its own, as other tests give kernels whatever they like
SCRIPT = """
import sys
import numpy as np
from numba.core.registry import CPUDispatcher
from synthetic import spectrum_at

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.deblending import Vetting
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.pipeline.analyse import analyse, model_at, with_line_detections
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.models import default_classes
from moosegui.pipeline.vetting import vet

first, *others = read_ensemble(resource("basis", DEFAULT_BASIS), None)
engine = make_engine(first, companions=others).with_classes(default_classes())
rng = np.random.default_rng(5)
whole = spectrum_at(first, 0.7, rng, snr=5.0)
second = spectrum_at(first, 3.4, rng, snr=5.0)
both = Spectrum(whole.wave, whole.flux + second.flux, 0.5 * whole.ivar)
few = whole.masked(((float(whole.wave[40]), 1e5),))
noise = Spectrum(whole.wave, rng.standard_normal(whole.wave.size), np.ones(whole.wave.size))
for spectrum in (whole, second, both, few, noise, whole.masked(((6000.0, 7000.0),))):
    analysis = with_line_detections(analyse("a", spectrum, engine))
    vet(engine, analysis)
    half = engine.at_half()
    analyse("a", spectrum.masked(((5000.0, 5100.0),)), half, before=analysis)
    model_at(spectrum, engine, 0.5)
for module in list(sys.modules.values()):
    for name, kernel in list(vars(module).items()):
        if isinstance(kernel, CPUDispatcher) and kernel.py_func.__module__ == module.__name__:
            if module.__name__.startswith("moosegui"):
                print(module.__name__, name, len(kernel.signatures))
"""


def test_that_no_kernel_is_compiled_for_a_second_layout():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    found = [line.split() for line in done.stdout.splitlines()]
    used = [(module, name) for module, name, n in found if n != "0"]
    assert len(used) > 15
    assert [(module, name, n) for module, name, n in found if n not in "01"] == []
