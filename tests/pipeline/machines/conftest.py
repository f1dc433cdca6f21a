"""Two worker processes that the tests of this folder share: starting them is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moosegui.pipeline.machines.pool import Pool


@pytest.fixture(scope="package")
def pool() -> Iterator[Pool]:
    pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        Pool.open("local:2") as opened,
    ):
        yield opened
