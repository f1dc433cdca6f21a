"""The second opinion r(z): offered where it says something else, and on a key."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from pointlike import galaxy, quasar, shipped_engine, star

from moosegui.data.posterior import Evidence, LineMatch
from moosegui.data.results import Analysis
from moosegui.data.spectrum import Spectrum
from moosegui.gui.curve.cross_control import CrossControl
from moosegui.gui.curve.projection import cross_view
from moosegui.gui.plots.chi2_view import CrossView
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.second_galaxy import Focus
from moosegui.gui.style.badges import cross_badges
from moosegui.pipeline.analyse import analyse


@pytest.fixture(scope="module")
def agreed() -> Analysis:
    return analyse("a", galaxy(0.34), shipped_engine())


@pytest.fixture(scope="module")
def disputed(agreed: Analysis) -> Analysis:
    assert agreed.cross is not None
    return replace(agreed, cross=replace(agreed.cross, redshift=2.0))


class Desk:
    """A control with what it shows and says."""

    def __init__(self, analysis: Analysis | None) -> None:
        self.shown: list[CrossView | None] = []
        self.said: list[Notice] = []
        self.review: Any = SimpleNamespace(focus=Focus.OFF)
        self.on_screen: Any = SimpleNamespace(analysis=analysis)
        self.control = CrossControl(
            self.on_screen, self.review, self.shown.append, self.said.append
        )
        self.go(analysis)

    def go(self, analysis: Analysis | None) -> None:
        self.on_screen.analysis = analysis
        self.control.show_source(is_new_source=True)

    def press(self) -> None:
        self.control.handlers()["second_opinion"]()

    @property
    def is_shown(self) -> bool:
        return self.shown[-1] is not None


def test_that_an_agreement_is_told(agreed: Analysis) -> None:
    view = cross_view(agreed)

    assert view is not None
    assert (view.words, view.is_other) == ("r(z): as proposed", False)


def test_that_another_redshift_is_told(disputed: Analysis) -> None:
    view = cross_view(disputed)

    assert view is not None
    assert (view.words, view.is_other) == ("r(z): z 2.0000", True)


def test_that_what_is_drawn_unasked_is_told_beside_the_decision(
    agreed: Analysis, disputed: Analysis
) -> None:
    assert cross_badges(agreed, 0.34) == []
    assert [words for words, _ in cross_badges(disputed, 0.34)] == ["r(z) says z 2.0000"]
    assert cross_badges(disputed, 2.0) == []  # where the expert looks at what it says


def test_that_of_a_short_spectrum_it_is_no_disagreement(disputed: Analysis) -> None:
    whole = disputed.spectrum
    short = replace(
        disputed, spectrum=Spectrum(whole.wave[:400], whole.flux[:400], whole.ivar[:400])
    )

    view = cross_view(short)

    assert view is not None
    assert not view.is_other
    assert view.words == "r(z): z 2.0000 (hardly counts: a short spectrum)"


def test_that_lines_at_another_redshift_are_told(agreed: Analysis) -> None:
    lines = replace(agreed, evidence=Evidence(lines=LineMatch(redshift=0.8)))

    view = cross_view(lines)

    assert view is not None
    assert (view.words, view.is_other) == ("r(z): as proposed; the lines: z 0.8000", True)


def test_that_the_lines_of_a_galaxy_say_nothing_of_a_star() -> None:
    dwarf = analyse("a", star("M", -32.0), shipped_engine())

    view = cross_view(replace(dwarf, evidence=Evidence(lines=LineMatch(redshift=0.8))))

    assert view is not None
    assert not view.is_other


def test_that_of_a_quasar_it_is_shown_on_the_key_only() -> None:
    found = analyse("a", quasar(2.3412), shipped_engine())
    assert found.cross is not None
    other = replace(found, cross=replace(found.cross, redshift=0.5, peak=20.0, rival=5.0))

    desk = Desk(other)

    assert not desk.is_shown
    desk.press()
    assert desk.is_shown


def test_that_it_is_shown_by_itself_where_the_opinions_differ(
    agreed: Analysis, disputed: Analysis
) -> None:
    assert Desk(disputed).is_shown
    assert not Desk(agreed).is_shown


def test_that_the_key_hides_it_for_this_source_only(disputed: Analysis) -> None:
    desk = Desk(disputed)

    desk.press()

    assert not desk.is_shown
    desk.go(disputed)
    assert desk.is_shown


def test_that_the_key_shows_it_from_source_to_source(agreed: Analysis) -> None:
    desk = Desk(agreed)

    desk.press()
    assert desk.is_shown
    desk.go(agreed)
    assert desk.is_shown
    desk.press()

    assert not desk.is_shown


def test_that_it_gives_way_to_the_curve_of_a_second_galaxy(disputed: Analysis) -> None:
    desk = Desk(disputed)
    desk.review.focus = Focus.SECOND

    desk.control.show_source(is_new_source=False)

    assert not desk.is_shown


def test_that_the_key_says_so_where_there_is_none(agreed: Analysis) -> None:
    desk = Desk(replace(agreed, cross=None))

    desk.press()

    assert not desk.is_shown
    assert "could be correlated" in desk.said[-1].text
