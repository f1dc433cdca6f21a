"""What is known of the source on screen, as far as blind mode lets it be seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import is_not

from moosegui.data.catalogue import Source, Verdict, VerdictEvent
from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.deblending import Vetting
from moosegui.data.grids import SAME_ON_SCREEN, is_within_velocity
from moosegui.data.results import Analysis, Reconstruction, ScanResult
from moosegui.data.sky.neighbours import Neighbour
from moosegui.data.spectrum import Spectrum
from moosegui.data.team.remarks import Remark
from moosegui.fit.confidence.place import at_place
from moosegui.fit.evaluation.suggest import Suggestion, suggest_zconf
from moosegui.gui.session.background import Background
from moosegui.gui.session.blinding import BlindMode
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.drafts import Drafts
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen, SourceOnScreen
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import KnownSources
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.session.work.models import shown_model
from moosegui.pipeline.engine import Engine


@dataclass(frozen=True, slots=True)
class Known:
    """Who is asked about the source on screen."""

    engine: Callable[[], Engine]
    background: Background
    live: LiveScan
    drafts: Drafts
    redshift: RedshiftOnScreen
    decisions: Decisions
    sources: KnownSources
    blind_mode: BlindMode


class OnScreen:
    """Answers about the source on screen; it decides and changes nothing.

    Only the session says which source that is (`look_at`).
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._key: str | None = None
        self._placed: tuple[Analysis, Vetting, Analysis] | None = None
        self._suggested: tuple[Analysis, tuple[object, ...], Suggestion] | None = None

    def look_at(self, key: str | None) -> None:
        """Answer about this source from now on; about none with None."""
        self._key = key

    @property
    def key(self) -> str | None:
        """The key of the source on screen."""
        return self._key

    @property
    def source(self) -> Source | None:
        """The source on screen."""
        return None if self._key is None else self._known.sources.source(self._key)

    @property
    def shown(self) -> ShownRedshift:
        """The z on screen."""
        return self._known.redshift.shown

    @property
    def analysis(self) -> Analysis | None:
        """The analysis under the conditions on screen, once it is there.

        Its P(z) knows where the light of the first redshift lies, as soon as that was looked for.
        """
        found = None if self.is_scan_hidden else self._known.live.analysis
        return None if found is None else self._at_its_place(found)

    @property
    def automatic(self) -> Analysis | None:
        """The analysis without any conditions, also where blind mode hides it."""
        return None if self._key is None else self._known.background.analysis(self._key)

    @property
    def is_search_due(self) -> bool:
        """Whether blends and false sources are still to be looked for in it."""
        return self._key is not None and self._known.background.is_search_due(self._key)

    @property
    def is_doubted(self) -> bool:
        """Whether the search found that it is false or a blend: Enter means something else then."""
        suggestion = self.suggestion
        is_false = suggestion is not None and suggestion.false_reason is not None
        return is_false or self.proposed_blend is not None

    @property
    def spectrum(self) -> Spectrum | None:
        """The spectrum as it was read, whatever the fit leaves out."""
        return None if (automatic := self.automatic) is None else automatic.spectrum

    @property
    def chosen_extraction(self) -> str:
        """The spectrum of the source that the expert chose; empty for that of the reader."""
        source = self.source
        return "" if source is None or source.spectrum is None else source.spectrum.choice.flux

    @property
    def automatic_scan(self) -> ScanResult | None:
        """The curve without any conditions."""
        return None if (automatic := self.automatic) is None else automatic.scan

    @property
    def conditions(self) -> ScanConditions:
        """Under which the source is scanned, recorded or still in the hand."""
        return self._known.live.conditions

    @property
    def recorded_conditions(self) -> ScanConditions:
        """Under which the source was decided."""
        return AUTOMATIC if (verdict := self.verdict) is None else verdict.conditions

    @property
    def engine(self) -> Engine:
        """The engine with the settings that the conditions ask for."""
        return self._known.live.engine

    @property
    def is_scan_hidden(self) -> bool:
        """Whether blind mode hides the scan."""
        return self._known.blind_mode.hide_scan_of(self._key)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict in force."""
        return self._known.decisions.verdict(self._key)

    @property
    def decision(self) -> VerdictEvent | None:
        """The decision in force: who, when and what."""
        return None if self._key is None else self._known.decisions.store.verdicts().get(self._key)

    @property
    def draft(self) -> float | None:
        """The z that was tried and not decided."""
        return None if self._key is None else self._known.drafts.get(self._key)

    @property
    def votes(self) -> tuple[VerdictEvent | None, ...]:
        """The vote of each inspector; none if blind mode hides them."""
        return () if self._key is None else self._known.sources.votes(self._key)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was written, by all whose comments may be seen."""
        return () if self._key is None else self._known.sources.remarks(self._key)

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """The sources around, nearest first."""
        return () if (source := self.source) is None else self._known.sources.neighbours(source)

    @property
    def suggestion(self) -> Suggestion | None:
        """The ZCONF that Enter would assign to the z on screen, and why."""
        analysis = self.analysis
        if analysis is None or not self.shown.is_known:
            return None
        # several views ask for it, at each change of the z on screen
        asked = self.shown.redshift, self._known.engine().confidence, self._vetting_of(analysis.key)
        last = self._suggested
        if last is None or last[0] is not analysis or any(map(is_not, last[1], asked)):
            redshift, confidence, vetting = asked
            found = suggest_zconf(analysis, redshift, confidence, vetting=vetting)
            last = self._suggested = analysis, asked, found
        return last[2]

    @property
    def proposed_blend(self) -> Vetting | None:
        """What was found of a probable blend; None where there is none.

        Without any conditions only: it was not looked for under others.
        """
        vetting = self._vetting_of(self._key)
        if vetting is None or not vetting.is_blend or not self.conditions.is_default:
            return None
        return None if self.is_scan_hidden else vetting

    @property
    def first_of_blend(self) -> float:
        """The first redshift of a probable blend, found together with the second, else nan."""
        blend = self.proposed_blend
        return math.nan if blend is None else blend.first

    def _vetting_of(self, key: str | None) -> Vetting | None:
        summary = None if key is None else self._known.sources.summary(key)
        return None if summary is None else summary.vetting

    def _at_its_place(self, analysis: Analysis) -> Analysis:
        """Return the same object for the same scan, so that views see what is new."""
        summary, vetting = self._known.sources.summary(analysis.key), self._vetting_of(analysis.key)
        if summary is None or vetting is None or not analysis.solutions:
            return analysis
        if not is_within_velocity(
            analysis.solutions[0].redshift, summary.own_redshift, SAME_ON_SCREEN
        ):
            return analysis  # under these conditions it is another redshift
        last = self._placed
        if last is None or last[0] is not analysis or last[1] is not vetting:
            last = self._placed = analysis, vetting, at_place(analysis, vetting.map_own)
        return last[2]

    def model_at(self, redshift: float) -> Reconstruction | None:
        """The model at a redshift under the conditions; takes half a millisecond."""
        analysis = self.analysis
        if analysis is None or not analysis.solutions or not math.isfinite(redshift):
            return None
        return shown_model(analysis, self.engine, redshift)


def looked_up(screen: Callable[[], OnScreen]) -> SourceOnScreen:
    """Return how the redshift on screen asks about its source."""
    return SourceOnScreen(
        lambda: screen().analysis,
        lambda: screen().verdict,
        lambda: screen().draft,
        lambda: screen().first_of_blend,
    )
