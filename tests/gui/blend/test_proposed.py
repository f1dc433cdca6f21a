"""K shows the second galaxy that was proposed, wherever it was found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from expert import Expert
from small_survey import FIRST, TRUTHS

from moosegui.data.deblending import Vetting
from moosegui.gui.blend.control import HIDDEN, BlendControl
from moosegui.gui.session.blinding import Blinding

BESIDE = 1.111  # nothing in the spectrum is there
PROPOSED = Vetting(redshift=BESIDE, blend_score=0.93, is_blend=True)


def propose(expert: Expert, vetting: Vetting) -> None:
    expert.go(FIRST)
    expert.wait_for_jobs()
    expert.background.summaries.add_vetting(FIRST, vetting)
    expert.session.source_vetted.emit(FIRST)


def look(expert: Expert) -> tuple[float, str]:
    """Press K; return z2 and the words."""
    expert.press("k")
    expert.wait_for_jobs()
    candidate = expert.session.blends.candidate
    assert candidate is not None
    return candidate.redshift, expert.control(BlendControl).panel.texts()[1]


def test_that_the_proposed_galaxy_comes_first_with_its_probability(expert: Expert) -> None:
    propose(expert, PROPOSED)

    redshift, said = look(expert)

    found = expert.session.blends.deblending
    assert redshift == BESIDE
    assert "Probably a blend (93 %)" in said
    assert found is not None
    assert len({one.redshift for one in found.candidates}) == len(found.candidates) > 1
    assert found.second.shape == found.wave.shape


def test_that_the_next_candidate_is_what_the_spectrum_says(expert: Expert) -> None:
    propose(expert, PROPOSED)
    look(expert)

    expert.press("jo")
    expert.wait_for_jobs()

    candidate = expert.session.blends.candidate
    assert candidate is not None
    assert candidate.redshift != BESIDE
    assert "93 %" not in expert.control(BlendControl).panel.texts()[1]


@pytest.mark.parametrize(
    "vetting",
    [replace(PROPOSED, is_blend=False), replace(PROPOSED, first=TRUTHS[0] + 0.5)],
)
def test_that_what_is_not_proposed_beside_this_galaxy_is_not_forced(
    expert: Expert, vetting: Vetting
) -> None:
    propose(expert, vetting)

    redshift, said = look(expert)

    assert redshift != BESIDE
    assert "93 %" not in said


def test_that_blind_mode_hides_it(expert: Expert) -> None:
    propose(expert, PROPOSED)
    expert.session.blind_mode.set(Blinding(is_on=True, hides_automatic=True))

    expert.press("k")
    expert.wait_for_jobs()

    assert expert.session.blends.candidate is None
    assert HIDDEN in expert.control(BlendControl).panel.texts()
