"""The demo holds blends and false sources that the vetting proposes, as the window tells them."""

from __future__ import annotations

import pytest

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.catalogue import SourceList
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.sources.truth_table import read_truth
from moosegui.files.surveys.demo import DEMO_SURVEY
from moosegui.pipeline.analyse import analyse_source
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.vetting import vet

BLENDS = ("D007", "D010", "D017")
FALSE = ("D002", "D024", "D034")


@pytest.fixture(scope="module")
def engine() -> Engine:
    """What the demo is scanned with."""
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    return make_engine(first, companions=others)


@pytest.fixture(scope="module")
def demo() -> SourceList:
    return open_source_list(resource("demo", DEMO_SURVEY))


@pytest.mark.parametrize("source_id", BLENDS)
def test_that_a_blend_of_the_demo_is_proposed_with_its_redshift(
    engine: Engine, demo: SourceList, source_id: str
) -> None:
    source = next(source for source in demo if source.source_id == source_id)
    truth = read_truth(resource("demo", DEMO_SURVEY))
    expected = float(truth.second_redshift[truth.ids.index(source_id)])

    row = vet(engine, analyse_source(source, engine))

    assert row.is_blend
    assert row.redshift == pytest.approx(expected, abs=0.005 * (1.0 + expected))
    assert not row.is_false


@pytest.mark.parametrize("source_id", FALSE)
def test_that_a_false_source_of_the_demo_is_proposed_with_a_reason(
    engine: Engine, demo: SourceList, source_id: str
) -> None:
    source = next(source for source in demo if source.source_id == source_id)

    row = vet(engine, analyse_source(source, engine))

    assert row.is_false
    assert row.false_reason == "noise"
    assert not row.is_blend
