"""A click marks a feature, Shift and a letter names it; Shift and a drag measures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES_BY_LETTER, Line
from moosegui.fit.lines.doublet import refine_doublet
from moosegui.fit.lines.feature import (
    Feature,
    Identity,
    centroid_feature,
    identify,
    list_identities,
)
from moosegui.gui.session import shown_redshift
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

UNMARKED = "Click a feature of the spectrum first; then Shift and a letter names it."


class FeatureControl(Control):
    """Turns marks into redshifts on trial; nothing is assigned."""

    def __init__(
        self,
        session: Session,
        redshift: RedshiftOnScreen,
        spectrum: SpectrumPlot,
        *,
        say: Callable[[str], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._redshift, self._marks = session, redshift, spectrum.marks
        self._on_screen = session.on_screen
        self._say, self._post = say, post
        self._key = ""
        self._feature: Feature | None = None
        self._identity: Identity | None = None
        spectrum.wavelength_clicked.connect(self.mark)
        self._marks.span_dragged.connect(self._on_span_dragged)

    @property
    def has_feature(self) -> bool:
        """Whether a feature is marked, and waits for its name."""
        return self._feature is not None

    @override
    def handlers(self) -> Handlers:
        naming = {f"name_{x}": partial(self.name, line) for x, line in LINES_BY_LETTER.items()}
        return naming | {
            "next_identity": partial(self._cycle, 1),
            "previous_identity": partial(self._cycle, -1),
            "clear_mark": self._clear,
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        current = self._session.current
        key = "" if current is None else current.key
        if key != self._key:
            self._key = key
            self._clear()

    def _clear(self) -> None:
        self._feature = self._identity = None
        self._marks.clear()

    def mark(self, wave: float) -> None:
        """Mark the feature nearest to a wavelength (Angstrom), and say how strong it is."""
        spectrum = self._on_screen.spectrum
        feature = None if spectrum is None else centroid_feature(spectrum, wave)
        if feature is None:
            self._post(Notice("Everything is masked there.", is_brief=True))
            return
        self._feature, self._identity = feature, None
        self._show_mark()

    def name(self, line: Line) -> None:
        """Take the marked feature for a line, and show the redshift that it would have."""
        feature = self._feature
        if feature is None:
            self._post(Notice(UNMARKED, is_brief=True))
            return
        self._try(identify(feature.wave, line, wave_error=feature.wave_error))

    def _cycle(self, step: int) -> None:
        feature, analysis = self._feature, self._on_screen.analysis
        if feature is None:
            self._post(Notice(UNMARKED, is_brief=True))
            return
        solutions = () if analysis is None else tuple(s.redshift for s in analysis.solutions)
        identities = list_identities(feature, solutions=solutions)
        if not identities:
            self._post(Notice("No line would have a redshift in range there.", is_brief=True))
            return
        names = [identity.line.name for identity in identities]
        here = self._identity.line.name if self._identity is not None else ""
        before = names.index(here) if here in names else (-1 if step > 0 else 0)
        self._try(identities[(before + step) % len(identities)])

    def _try(self, identity: Identity) -> None:
        if not identity.redshift > -1.0:
            return
        self._identity = identity
        self._show_mark()
        redshift, error = self._refined(identity)
        self._redshift.show(
            ShownRedshift(
                *(redshift, error, shown_redshift.TRIAL, shown_redshift.TYPED_LINE),
                feature=identity.line.name,
            )
        )

    def _refined(self, identity: Identity) -> tuple[float, float]:
        """Return the redshift and its error, of a close doublet from both its members."""
        spectrum, feature = self._on_screen.spectrum, self._feature
        if spectrum is not None and feature is not None:
            redshift, error = refine_doublet(
                spectrum, identity.line, identity.redshift, is_emission=feature.is_emission
            )
            if np.isfinite(error):
                return redshift, error
        return identity.redshift, identity.redshift_error

    def _show_mark(self) -> None:
        feature, identity = self._feature, self._identity
        if feature is None:
            return
        words = [f"{feature.wave:.2f}"]
        if np.isfinite(feature.wave_error):
            words.append(f"± {feature.wave_error:.2f}")
        words.append(f"Å  {abs(feature.snr):.0f}σ")
        if identity is not None:
            words.insert(0, f"{identity.line.label} ")
        if identity is not None and identity.solution:
            words.append(f"= solution {identity.solution}")
        self._marks.show_mark(feature.wave, " ".join(words))

    def _on_span_dragged(self, start: float, stop: float) -> None:
        text = measure(start, stop, self._session.shown.redshift)
        self._marks.show_span(start, stop, text)
        self._say(f"{start:.2f} Å to {stop:.2f} Å:   {text}")


def measure(start: float, stop: float, redshift: float) -> str:
    """Say how far apart two observed wavelengths (Angstrom) are, and in the rest frame."""
    width = stop - start
    velocity = SPEED_OF_LIGHT * width / start
    rest = f"   rest {width / (1.0 + redshift):+.2f} Å" if np.isfinite(redshift) else ""
    return f"{width:+.2f} Å{rest}   {velocity:+.0f} km/s".replace("-", "−")
