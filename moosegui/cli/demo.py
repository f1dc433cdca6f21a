"""The embedded demo: a small survey of every kind of source, and what the scan finds in it."""

from __future__ import annotations

from moosegui.data.catalogue import SourceList
from moosegui.pipeline.batch import scan_sources
from moosegui.pipeline.engine import Engine


def print_results(source_list: SourceList, engine: Engine) -> None:
    """Scan the demo and print one line a source, with the truth of the simulation beside it."""
    order = {source.key: i for i, source in enumerate(source_list)}
    results = sorted(scan_sources(source_list, engine), key=lambda result: order[result[0].key])
    print(
        f"{'ID':>6} {'kind':8} {'z true':>8} {'z auto':>9} {'error':>8} {'Δχ²':>6} {'R':>6}  flags"
    )
    for source, summary, problem in results:
        print(
            f"{source.source_id:>6} {source.kind:8} {source.redshift:8.4f} "
            f"{summary.redshift:9.5f} {summary.redshift_error:8.5f} {summary.relative_depth:6.3f} "
            f"{summary.robustness:6.2f}  {problem or summary.flags.words}"
        )
