"""J B: the second galaxy of a spectrum becomes a source of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.cubes.picked import add_picked, picked_path
from moosegui.files.session.store import SessionStore
from moosegui.gui.blend.projection import fits
from moosegui.gui.session.background import CUBE
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override


class SplitControl(Control):
    """Adds what the first galaxy leaves of a spectrum to the survey of picked sources."""

    def __init__(
        self,
        session: Session,
        store: Callable[[], SessionStore],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._store, self._post = session, store, post
        self._on_screen, self._review = session.on_screen, session.blends
        self._picked, self._decisions = session.picked, session.decisions

    @override
    def handlers(self) -> Handlers:
        return {"split": self._split}

    def _split(self) -> None:
        source, listed = self._session.current, self._session.source_list
        found, candidate = self._review.deblending, self._review.candidate
        spectrum = self._on_screen.spectrum
        if source is None or listed is None or spectrum is None:
            return
        if found is None or candidate is None or not fits(found, spectrum):
            text = "K shows the second galaxy; then J B makes a source of it."
            self._post(Notice(text, is_brief=True))
            return
        try:
            name = self._write(source, listed, second_spectrum(spectrum, found), found, candidate)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        self._picked.add(name, f"split off {source.source_id}, whose light is taken away")
        given = self._decisions.verdict(source.key)
        before = "" if given is None else given.comment
        words = f"split: {name} at z {candidate.redshift:.5f}"
        self._decisions.set_comment(source.key, f"{before}; {words}" if before else words)
        go_to_it = ("Go to it", partial(self._session.select, name))
        text = f"{name} is a source of this list now, kept in {picked_path(listed.path).name}."
        self._post(Notice(text, offer=go_to_it))

    def _write(
        self,
        source: Source,
        listed: SourceList,
        spectrum: Spectrum,
        found: Deblending,
        candidate: SecondSource,
    ) -> str:
        row = {
            "RA": source.ra,
            "DEC": source.dec,
            "Z": candidate.redshift,
            "Z_ERR": np.nan,
            "P_Z": found.score,
            "BESIDE": source.source_id,
            "RADIUS": np.nan,
        }
        taken = {one.key for one in listed}
        cube = self._store().get(CUBE) or ""
        return add_picked(picked_path(listed.path), spectrum, row, cube=cube, taken=taken)


def second_spectrum(spectrum: Spectrum, found: Deblending) -> Spectrum:
    """Return a spectrum without the light of the first galaxy, with the variances of the whole.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    found : Deblending
        Of the same pixels.
    """
    rest = np.where(spectrum.ivar > 0, spectrum.flux - found.first, 0.0)
    return replace(spectrum, flux=rest)
