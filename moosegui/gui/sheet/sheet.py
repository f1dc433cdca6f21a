"""What a summary sheet shows: one source on one page, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from moosegui.data.catalogue import ZCONF_MEANINGS, FalseReason
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.broad import rank_broad_lines
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.sky import sky_intervals
from moosegui.gui.plots.chi2_view import Chi2View
from moosegui.gui.plots.line_window import LineWindow, cut_window
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.style.solution_rows import SolutionRow


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One source on one page.

    Parameters
    ----------
    title : str
        Its ID.
    facts : tuple of str
        Where it is from and what the catalogue says of it.
    spectrum : SpectrumView
        With the model at the redshift on the sheet.
    chi2 : Chi2View
    solutions : tuple of SolutionRow
    windows : tuple of LineWindow
        The most diagnostic first.
    redshift_error : float
        Nan when unknown.
    zconf : int or None
        None as long as nobody has inspected it.
    false_reason : FalseReason or None
    blend : str
        What was decided of a second galaxy, in words; empty when nothing was.
    flags, conditions : tuple of str
        What the expert marked, and what else must be known to read the plots.
    comment : str
    provenance : tuple of str
        Who decided, when, and with which basis.
    """

    title: str
    facts: tuple[str, ...]
    spectrum: SpectrumView
    chi2: Chi2View
    solutions: tuple[SolutionRow, ...]
    windows: tuple[LineWindow, ...]
    redshift_error: float = math.nan
    zconf: int | None = None
    false_reason: FalseReason | None = None
    blend: str = ""
    flags: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    comment: str = ""
    provenance: tuple[str, ...] = ()

    @property
    def redshift_text(self) -> str:
        """The redshift with its error, as "z = 3.27110 ± 0.00012"."""
        redshift = self.spectrum.redshift
        if not math.isfinite(redshift):
            return "no redshift"
        if not math.isfinite(self.redshift_error):
            return f"z = {redshift:.5f}"
        return f"z = {redshift:.5f} ± {self.redshift_error:.5f}"

    @property
    def verdict_text(self) -> str:
        """The verdict in a few words, the heading of the page."""
        if self.false_reason is not None:
            return "False source"
        if self.zconf is not None:
            return f"ZCONF {self.zconf}"
        return "Not inspected"

    @property
    def meaning(self) -> str:
        """What the verdict means, or where the redshift comes from while there is none."""
        if self.false_reason is not None:
            return self.false_reason.value
        if self.zconf is not None:
            return ZCONF_MEANINGS[self.zconf]
        return "z of the scan" if self.spectrum.state == "proposal" else "z tried by hand"


def windows_at(
    spectrum: Spectrum,
    model: Reconstruction | None,
    rival: Reconstruction | None,
    *,
    is_broad: bool = False,
) -> tuple[LineWindow, ...]:
    """Return windows on the lines that decide at the redshift of a model; those of a quasar."""
    if model is None:
        return ()
    sky = sky_intervals(spectrum)
    if is_broad:
        broad = rank_broad_lines(spectrum, model.redshift, model, sky=sky)
        return tuple(cut_window(spectrum, model, line, sky) for line in broad)
    found = rank_lines(spectrum, model.redshift, model, rival=rival, sky=sky)
    return tuple(cut_window(spectrum, model, line, sky) for line in found)
