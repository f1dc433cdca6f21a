"""What blind mode hides, so that nobody is led by what others or the scan found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source, Verdict


@dataclass(frozen=True, slots=True)
class Blinding:
    """What is hidden.

    Parameters
    ----------
    is_on : bool
        Hides the catalogue's redshift, type, comment and other columns but magnitude and position,
        and the votes of other inspectors until a verdict is given.
    hides_automatic : bool
        Hides the scan too, until a verdict is given.
    """

    is_on: bool = False
    hides_automatic: bool = False

    @property
    def hides_scan(self) -> bool:
        """Whether the scan of a source without a verdict is hidden."""
        return self.is_on and self.hides_automatic

    @property
    def words(self) -> str:
        """What the status bar says; empty when nothing is hidden."""
        if not self.is_on:
            return ""
        return "blind, automatic z too" if self.hides_automatic else "blind"

    def blinded(self, source: Source) -> Source:
        """Return a source as it may be seen."""
        if not self.is_on:
            return source
        return replace(source, redshift=float("nan"), zconf=None, kind="", comment="", values=())


class BlindMode(QObject):
    """What is hidden now.

    Signals: `changed()`.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        verdict: Callable[[str], Verdict | None],
        blinding: Blinding,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._verdict = verdict
        self.now = blinding

    def set(self, blinding: Blinding) -> None:
        """Hide more, or less."""
        if blinding != self.now:
            self.now = blinding
            self.changed.emit()

    def hide_others_of(self, key: str) -> bool:
        """Whether the other inspectors' votes on a source are hidden: no verdict of one's own."""
        verdict = self._verdict(key)
        return self.now.is_on and (verdict is None or not verdict.is_inspected)

    def hide_scan_of(self, key: str | None) -> bool:
        """Whether the scan of a source is hidden: no verdict has opened it yet."""
        if key is None or not self.now.hides_scan:
            return False
        verdict = self._verdict(key)
        return verdict is None or not verdict.is_inspected
