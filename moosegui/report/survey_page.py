"""The page of a survey: what was found, how far the inspection is, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from moosegui.data.arrays import FloatArray
from moosegui.data.blend import BlendKind
from moosegui.data.catalogue import ZCONF_MEANINGS
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.spectra.registry import read_spectrum
from moosegui.pipeline.survey_account import (
    SAME,
    Compared,
    Judged,
    SurveyAccount,
    has_redshift,
    kind_of,
)
from moosegui.report.page import Section, facts_section, write_page
from moosegui.report.survey_figures import (
    plot_example,
    plot_magnitudes,
    plot_redshift_histogram,
    plot_shares,
)
from moosegui.report.tables import NumberTable

ENDING = ".report.html"
MAX_LISTED = 40  # blends that are named
Model = Callable[[Spectrum, float], FloatArray]
BLENDS = {
    BlendKind.BLEND: "two galaxies",
    BlendKind.CONTAMINATION: "light of a neighbour",
    BlendKind.SINGLE: "one galaxy",
}


def page_path(session: Path) -> Path:
    """Return where the page of a session goes: beside it, `cat.fits.ZB.moose.report.html`."""
    return session.with_name(f"{session.name}{ENDING}")


def write_survey_page(path: Path, account: SurveyAccount, model: Model | None = None) -> None:
    """Write the page of a survey.

    Parameters
    ----------
    path : Path
    account : SurveyAccount
    model : callable, optional
        The model of a galaxy's spectrum, in vacuum, at a redshift; examples have none without it.

    Raises
    ------
    ExportError
        If it cannot be written.
    MooseError
        If matplotlib is not installed.
    """
    sections = [_completeness(account)]
    if any(has_redshift(event.verdict) for _, event in account.judged):
        sections.append(_redshifts(account))
    sections += [_zconf(account), _found(account), _blends(account)]
    sections += [section for section in (_examples(account, model),) if section.figures]
    sections.append(facts_section("How this was made", account.facts))
    write_page(path, f"Survey {account.name}", _lead(account), sections)


def _lead(account: SurveyAccount) -> str:
    n, n_judged, zconfs = len(account.sources), len(account.judged), account.zconfs()
    return (
        f"{n_judged} of {n} sources are inspected ({_share(n_judged, n)}): {zconfs[3]} redshifts "
        f"are secure, {zconfs[2]} probable, {zconfs[1]} possible; "
        f"{sum(account.false_reasons().values())} detections are false."
    )


def _completeness(account: SurveyAccount) -> Section:
    n = len(account.sources)
    n_pending = n - len(account.judged) - len(account.unreadable)
    counts = (
        ("inspected", len(account.judged)),
        ("to inspect", n_pending),
        ("of these, tried and not decided", account.n_drafts),
        ("without a readable spectrum", len(account.unreadable)),
        ("all", n),
    )
    rows = tuple((name, str(count), _share(count, n)) for name, count in counts)
    pace = ""
    if math.isfinite(account.seconds):
        pace = f" A source takes {account.seconds:.0f} s in the median, pauses left out."
    drawn = tuple(filter(None, (plot_shares(account), plot_magnitudes(account))))
    text = f"What became of the sources, as a whole and by magnitude.{pace}"
    return Section("Inspection", text, drawn, (NumberTable("Sources", ("", "n", "share"), rows),))


def _redshifts(account: SurveyAccount) -> Section:
    text = "Assigned redshifts of ZCONF 1 to 3, in vacuum, stacked."
    comparisons = (
        ("proposal of the scan", account.against_scan()),
        ("catalogue", account.against_catalogue()),
    )
    rows = tuple(_compared(name, found) for name, found in comparisons if found.n)
    title = f"Assigned redshifts within {SAME:g} km/s of the"
    head = ("", "same", "of", "share")
    tables = (NumberTable(title, head, rows),) if rows else ()
    return Section("Redshifts", text, (plot_redshift_histogram(account),), tables)


def _zconf(account: SurveyAccount) -> Section:
    n = len(account.judged)
    rows = tuple(
        (f"{zconf}: {ZCONF_MEANINGS[zconf]}", str(count), _share(count, n))
        for zconf, count in account.zconfs().items()
    )
    head = ("", "n", "of the inspected")
    return Section("Confidence", tables=(NumberTable("ZCONF", head, rows),))


def _found(account: SurveyAccount) -> Section:
    reasons, flags = account.false_reasons(), account.flags()
    head = ("", "n")
    tables = (
        NumberTable("False", head, tuple((r.value, str(n)) for r, n in reasons.items())),
        NumberTable("Flags", head, tuple((f.value, str(n)) for f, n in flags.items())),
    )
    kept = tuple(table for table in tables if table.rows)
    text = "" if kept else "No detection was called false, and no flag was set."
    return Section("False sources and flags", text, tables=kept)


def _blends(account: SurveyAccount) -> Section:
    found = account.blends()
    rows = tuple((BLENDS[kind], str(len(judged))) for kind, judged in found.items() if judged)
    if not rows:
        return Section("Blends", "A second galaxy was judged in no source.")
    listed = [*found[BlendKind.BLEND], *found[BlendKind.CONTAMINATION]]
    tables = [NumberTable("Judged", ("", "n"), rows)]
    if listed:
        head = ("ID", "z", "ZCONF", "z₂", "ZCONF₂", "neighbour")
        shown = tuple(_blend_row(one) for one in listed[:MAX_LISTED])
        tables.append(NumberTable("Second galaxies", head, shown))
    n_more = len(listed) - MAX_LISTED
    text = f"{n_more} more are in the export." if n_more > 0 else ""
    return Section("Blends", text, tables=tuple(tables))


def _blend_row(judged: Judged) -> tuple[str, ...]:
    source, event = judged
    verdict, blend = event.verdict, event.verdict.blend
    assert blend is not None
    return (
        source.source_id,
        _number(verdict.redshift),
        str(verdict.zconf or 0),
        _number(blend.redshift),
        "" if blend.zconf is None else str(blend.zconf),
        blend.neighbour,
    )


def _examples(account: SurveyAccount, model: Model | None) -> Section:
    """Draw one spectrum of each ZCONF and kind; one that cannot be read is left out."""
    drawn = []
    for i, (source, event) in enumerate(account.examples()):
        verdict = event.verdict
        assert source.spectrum is not None
        try:
            spectrum = read_spectrum(source.spectrum).in_medium("vacuum")
        except MooseError:
            continue  # the window and the table of sources tell it
        kind = kind_of(verdict)
        fitted = model(spectrum, verdict.redshift) if model and kind == "galaxy" else None
        caption = f"{source.source_id}: {kind}, z = {verdict.redshift:.5f}, ZCONF {verdict.zconf}"
        picture = plot_example(spectrum, verdict.redshift, fitted, f"example{i}")
        drawn.append(Section.captioned(caption, picture))
    text = (
        "One source of each confidence and kind, of median brightness; four pixels averaged, the "
        "strong lines at the assigned redshift"
        + (", the model in red." if model is not None else ".")
    )
    return Section("Example spectra", text, tuple(drawn))


def _compared(name: str, found: Compared) -> tuple[str, ...]:
    return name, str(found.n_same), str(found.n), _share(found.n_same, found.n)


def _share(n: int, of: int) -> str:
    return f"{100 * n / of:.1f} %" if of else "–"


def _number(value: float) -> str:
    return f"{value:.5f}" if math.isfinite(value) else "–"
