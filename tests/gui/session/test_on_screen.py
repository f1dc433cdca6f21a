"""What is known of the source on screen, once a cube showed where its light lies."""

from __future__ import annotations

import pytest
from expert import Expert
from seen import item_in, plot_in
from small_survey import FIRST

from moosegui.data.deblending import Vetting
from moosegui.gui.curve.markers import MinimaMarkers
from moosegui.gui.curve.plot import Chi2Plot
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.style.solution_rows import percent


def test_that_the_place_of_the_light_counts_wherever_p_is_told(expert: Expert) -> None:
    on_screen, background = expert.session.on_screen, expert.background
    before = on_screen.analysis
    suggested = on_screen.suggestion
    assert before is not None and before.posterior is not None and suggested is not None

    background.summaries.add_vetting(FIRST, Vetting(map_own=0.1))
    background.vetted.emit(FIRST)
    after = on_screen.analysis
    assert after is not None and after.posterior is not None

    known = before.posterior.modes[0].probability
    assert after.posterior.modes[0].probability == pytest.approx(0.1 * known)
    assert on_screen.analysis is after
    assert on_screen.suggestion is not None
    assert on_screen.suggestion.zconf < suggested.zconf
    lists = expert.window.findChildren(SolutionList)
    shown = next(rows for one in lists if (rows := one.rows()))
    assert shown[0].probability == pytest.approx(0.1 * known)
    markers = item_in(plot_in(expert.view(Chi2Plot)), MinimaMarkers).markers
    assert next(m.text for m in markers if m.rank == 1) == percent(0.1 * known)
