"""The scan of every region of a cube on the workers of a cluster, equal to that of one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.maps import Regions
from moosegui.files.cubes.cube import open_cube
from moosegui.pipeline.cubes.spaxels import blocks_of, scan_regions
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.pool import Pool
from moosegui.pipeline.machines.recipe import Recipe, recipe_of

MAX_CHUNK = 96  # regions of one block, which is read for each: some seconds of work


@dataclass(frozen=True, slots=True, eq=False)
class CubeWork:
    """What every chunk needs: the cube by its path, its regions, and what makes the engine."""

    recipe: Recipe
    path: Path
    regions: Regions = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegionChunk:
    """Some regions of a cube, by number."""

    numbers: tuple[int, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"The chunk of regions {self.numbers[0]} to {self.numbers[-1]}"


def scan_regions_on(
    pool: Pool,
    path: Path,
    regions: Regions,
    engine: Engine,
    *,
    is_done: Callable[[int], bool] = lambda _region: False,
) -> Iterator[tuple[int, FloatArray]]:
    """Do as `moosegui.pipeline.cubes.spaxels.scan_regions`, on the workers of a cluster.

    Parameters
    ----------
    pool : Pool
        Its workers see the cube under the same path.
    path : Path
        The cube.
    regions : Regions
    engine : Engine
    is_done : callable

    Yields
    ------
    region : int
    numbers : ndarray of shape (n_maps,)

    Raises
    ------
    MooseError
        As `moosegui.pipeline.machines.scan.scan_on`.
    """
    work = work_of(path, regions, engine)
    for found in pool.results(scan_region_chunk, work, region_chunks(regions, is_done)):
        yield from found


def work_of(path: Path, regions: Regions, engine: Engine) -> CubeWork:
    """Return what every chunk needs: of the bases only those that are used."""
    classes = engine.classes if engine.settings.classes else None
    lean = replace(engine, companions=(), classes=classes)
    return CubeWork(recipe_of(lean), path.absolute(), regions)


def region_chunks(regions: Regions, is_done: Callable[[int], bool]) -> Iterator[RegionChunk]:
    """Yield the regions that are not done, some of a block at a time."""
    for block in blocks_of(regions):
        todo = [int(number) for number in block if not is_done(int(number))]
        for start in range(0, len(todo), MAX_CHUNK):
            yield RegionChunk(tuple(todo[start : start + MAX_CHUNK]))


def scan_region_chunk(work: CubeWork, chunk: RegionChunk) -> list[tuple[int, FloatArray]]:
    """Scan some regions: what a worker does."""
    return numbers_of(work.recipe.made_here(), work, chunk)


def numbers_of(engine: Engine, work: CubeWork, chunk: RegionChunk) -> list[tuple[int, FloatArray]]:
    """Scan some regions with the engine of a recipe."""
    wanted = set(chunk.numbers)
    return list(
        scan_regions(
            open_cube(work.path),
            work.regions,
            engine,
            is_done=lambda number: number not in wanted,
            n_workers=1,
        )
    )
