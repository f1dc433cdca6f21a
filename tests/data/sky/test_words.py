"""Where light lies, in words."""

from __future__ import annotations

import pytest

from moosegui.data.deblending import Vetting
from moosegui.data.sky.words import false_on_the_sky, place_in_words, second_on_the_sky

SEEN = Vetting(
    second_snr=12.0,
    second_east=-0.9,
    second_north=0.0,
    neighbour="943",
    spectrum_blend_score=0.3,
    map_snr=1.5,
    map_compactness=-0.6,
    spectrum_false_score=0.7,
)


@pytest.mark.parametrize(
    ("east", "north", "words"),
    [(0.8, 0.0, "0.8″ east"), (-0.5, -0.5, "0.7″ south-west"), (0.1, 0.1, "at the source")],
)
def test_that_a_place_has_distance_and_direction(east: float, north: float, words: str) -> None:
    assert place_in_words(east, north) == words


def test_that_the_second_galaxy_is_said_to_lie_on_its_neighbour() -> None:
    said = second_on_the_sky(SEEN)

    assert said == " In the cube it lies 0.9″ west (12σ), on 943; by the spectrum alone P is 0.30."


def test_that_one_spaxel_is_said_of_a_false_detection() -> None:
    said = false_on_the_sky(SEEN)

    assert "1.5σ at the source, most of it in one spaxel" in said


def test_that_nothing_is_said_without_a_cube() -> None:
    assert second_on_the_sky(Vetting()) == ""
    assert false_on_the_sky(Vetting()) == ""
