"""A template over a spectrum, whatever the competition of the classes says."""

from __future__ import annotations

import pytest
from pointlike import galaxy, quasar, star

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.errors import InputError
from moosegui.fit.classes.overlay import template_names, template_over
from moosegui.fit.classes.templates import ClassTemplates
from moosegui.pipeline.models import default_classes


@pytest.fixture(scope="module")
def templates() -> ClassTemplates:
    return default_classes()


def test_that_the_right_type_fits_best_at_its_velocity(templates: ClassTemplates) -> None:
    dwarf, types = star("M", -120.0), template_names(templates)[:-1]

    models = {name: template_over(dwarf, templates, name, 0.9) for name in types}

    best = min(models, key=lambda name: models[name].chi2)
    assert best == "star M"
    assert models[best].redshift * SPEED_OF_LIGHT == pytest.approx(-120.0, abs=30.0)
    assert models[best].chi2 == pytest.approx(1.0, abs=0.1)


def test_that_a_star_lies_where_one_looks(templates: ClassTemplates) -> None:
    model = template_over(star("M", 0.0), templates, "star M", 0.001)

    assert model.redshift == 0.001


def test_that_a_quasar_lies_at_the_redshift_on_screen(templates: ClassTemplates) -> None:
    right = template_over(quasar(2.3), templates, "quasar", 2.3)
    wrong = template_over(quasar(2.3), templates, "quasar", 2.0)

    assert right.redshift == 2.3
    assert right.chi2 < wrong.chi2


def test_that_a_quasar_too_near_is_told(templates: ClassTemplates) -> None:
    with pytest.raises(InputError, match="begins at z"):
        template_over(galaxy(0.05), templates, "quasar", 0.05)
