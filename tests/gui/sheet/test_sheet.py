"""The summary sheet: what stands on it, how it is drawn and written, without any window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gui_examples import REDSHIFT, scan, solutions, view_of
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtGui import QColor, QImage

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.data.catalogue import FalseReason, Verdict, VerdictEvent
from moosegui.errors import ExportError
from moosegui.gui.plots.chi2_view import Chi2View
from moosegui.gui.sheet.file import file_name, sheet_image, write_sheet
from moosegui.gui.sheet.frame import COLOURS, nice_ticks, tick_texts
from moosegui.gui.sheet.projection import compose, subject_of, subject_on_screen
from moosegui.gui.sheet.sheet import Sheet


def a_sheet(**changes: object) -> Sheet:
    sheet = Sheet(
        title="0231",
        facts=("survey.fits", "mag 26.10"),
        spectrum=view_of(smoothing=4.0, state="assigned"),
        chi2=Chi2View(scan(), solutions(), REDSHIFT, "assigned", 1),
        solutions=(),
        windows=(),
        redshift_error=1.2e-4,
        zconf=3,
    )
    return replace(sheet, **changes)  # type: ignore[arg-type]


def ink(image: QImage, rows: slice, columns: slice) -> int:
    """How many px of a part of a picture are not paper."""
    data = image.convertToFormat(QImage.Format.Format_RGB32).constBits()
    assert data is not None
    data.setsize(image.sizeInBytes())
    shape = (image.height(), image.width(), 4)
    pixels = np.frombuffer(bytes(data), np.uint8).reshape(shape)
    return int(np.any(pixels[rows, columns, :3] != 255, axis=-1).sum())


def test_that_the_margins_stay_empty(qtbot):
    image = sheet_image(a_sheet(comment="words " * 200, facts=("a fact",) * 90))

    whole, margin = slice(None), 20
    assert ink(image, whole, slice(0, margin)) == 0
    assert ink(image, whole, slice(image.width() - margin, None)) == 0
    assert ink(image, slice(0, margin), whole) == 0
    assert ink(image, slice(image.height() - margin, None), whole) == 0


def test_that_a_spectrum_far_outside_the_range_stays_in_its_plot(qtbot):
    quiet = a_sheet()
    spectrum = quiet.spectrum.spectrum
    flux = spectrum.flux.copy()
    flux[1000] = 1e9
    loud = replace(quiet, spectrum=replace(quiet.spectrum, spectrum=replace(spectrum, flux=flux)))

    heading = slice(0, 220)

    assert ink(sheet_image(loud), heading, slice(None)) == ink(
        sheet_image(quiet), heading, slice(None)
    )


def n_blue(sheet: Sheet) -> int:
    """How many px of the spectrum are of the colour of models."""
    image = sheet_image(sheet)
    blue = QColor(COLOURS.model).rgb()
    return sum(image.pixel(x, y) == blue for x in range(200, 2180) for y in range(260, 740))


def test_that_the_model_is_drawn_in_its_colour(qtbot):
    with_model = a_sheet()
    without = replace(with_model, spectrum=replace(with_model.spectrum, model=None))

    assert n_blue(without) == 0
    assert n_blue(with_model) > 500


@pytest.mark.parametrize(
    ("changes", "verdict", "meaning"),
    [
        ({"zconf": 3}, "ZCONF 3", "secure: several lines"),
        ({"zconf": 0}, "ZCONF 0", "no redshift"),
        ({"zconf": None, "false_reason": FalseReason.EDGE}, "False source", "edge"),
        ({"zconf": None}, "Not inspected", "z tried by hand"),
    ],
)
def test_that_the_verdict_stands_in_words_with_its_meaning(changes, verdict, meaning):
    sheet = a_sheet(**changes)

    assert (sheet.verdict_text, sheet.meaning) == (verdict, meaning)


def test_that_the_redshift_has_its_error_and_five_decimals():
    assert a_sheet().redshift_text == "z = 3.30000 ± 0.00012"
    assert a_sheet(redshift_error=float("nan")).redshift_text == "z = 3.30000"


def test_that_a_sheet_drawn_on_another_thread_is_the_same(qtbot):
    here = sheet_image(a_sheet())

    with ThreadPoolExecutor(1) as executor:
        there = executor.submit(sheet_image, a_sheet()).result()

    assert here == there


@pytest.mark.parametrize(("ending", "magic"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_that_the_ending_chooses_the_format(qtbot, tmp_path: Path, ending: str, magic: bytes):
    path = write_sheet(tmp_path / f"0231.{ending}", a_sheet())

    assert path.read_bytes().startswith(magic)
    assert [entry.name for entry in tmp_path.iterdir()] == [f"0231.{ending}"]


def test_that_a_pdf_has_one_page_and_a_title(qtbot, tmp_path: Path):
    data = write_sheet(tmp_path / "0231.pdf", a_sheet()).read_bytes()

    assert data.count(b"/Type /Page\n") == 1
    assert "0231: z".encode("utf-16-be") in data


def test_that_another_ending_is_refused_before_anything_is_written(qtbot, tmp_path: Path):
    with pytest.raises(ExportError, match=r"\.pdf or \.png"):
        write_sheet(tmp_path / "0231.jpeg", a_sheet())

    assert not list(tmp_path.iterdir())


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_that_different_keys_get_different_files_inside_the_folder(one: str, other: str):
    names = file_name(one, "pdf"), file_name(other, "pdf")

    assert (names[0] == names[1]) == (one == other)
    assert not any(set(name) & set('/\\:\0"*?<>|') for name in names)
    assert not names[0].startswith(".")


@given(st.floats(-1e4, 1e4), st.floats(1e-2, 1e6), st.integers(2, 12))
def test_that_ticks_are_inside_few_and_written_apart(low: float, span: float, n_max: int):
    ticks = nice_ticks(low, low + span, n_max)

    assert ticks.size <= n_max + 1
    assert np.all((ticks >= low - 1e-6 * span) & (ticks <= low + span * (1 + 1e-6)))
    texts = tick_texts(ticks)
    assert len(set(texts)) == len(texts)


def test_that_a_sheet_shows_what_the_window_shows(desk):
    desk.session.decisions.judge(2)

    sheet = compose(subject_on_screen(desk.session))

    shown = desk.session.shown
    assert (sheet.title, sheet.zconf) == (desk.session.current.source_id, 2)
    assert sheet.spectrum.redshift == shown.redshift
    assert sheet.chi2.selected_rank == shown.solution_rank
    assert "inspector ZB" in sheet.provenance


@pytest.mark.parametrize(
    ("blend", "words"),
    [
        (BlendVerdict(BlendKind.BLEND, 0.7342, 3), "blend: z₂ 0.73420, ZCONF2 3"),
        (
            BlendVerdict(BlendKind.CONTAMINATION, 0.7342, 2, "0012"),
            "light of a neighbour: 0012, z₂ 0.73420, ZCONF2 2",
        ),
        (BlendVerdict(BlendKind.SINGLE), "one galaxy, no blend"),
    ],
)
def test_that_what_was_decided_of_a_second_galaxy_is_on_the_sheet(desk, blend, words):
    desk.session.decisions.judge_blend(blend)

    sheet = compose(subject_on_screen(desk.session))

    assert sheet.blend == words
    assert "blend" not in sheet.flags


def test_that_a_second_galaxy_is_written_into_the_heading(qtbot):
    plain, blended = (a_sheet(blend=words) for words in ("", "blend: z₂ 0.73420, ZCONF2 3"))

    heading = slice(116, 152), slice(1000, 2180)
    assert ink(sheet_image(blended), *heading) > ink(sheet_image(plain), *heading)


def test_that_a_redshift_moved_after_its_verdict_is_not_shown_as_decided(desk):
    desk.session.decisions.judge(3)
    desk.session.redshift.nudge(10)

    sheet = compose(subject_on_screen(desk.session))

    assert sheet.zconf is None
    assert sheet.verdict_text == "Not inspected"


def test_that_a_source_without_redshift_shows_what_was_refused(desk):
    desk.session.decisions.reject(FalseReason.NOISE)

    sheet = compose(subject_on_screen(desk.session))

    assert sheet.spectrum.model is not None
    assert not np.isfinite(sheet.spectrum.redshift)
    assert any("not accepted" in words for words in sheet.conditions)


def test_that_there_is_no_sheet_before_the_scan(unscanned):
    assert subject_on_screen(unscanned.session) is None


def test_that_a_comment_alone_is_on_the_sheet(desk):
    desk.session.store.record(desk.current, Verdict(comment="two peaks"))

    assert compose(subject_on_screen(desk.session)).comment == "two peaks"


def test_that_the_rank_of_another_basis_marks_no_solution(desk):
    source, best = desk.session.current, desk.session.on_screen.analysis.solutions[0]
    verdict = Verdict(redshift=best.redshift + 0.01, zconf=2, solution_rank=1)
    event = VerdictEvent(1, "2026-01-02T03:04:05.000Z", "ZB", source.key, verdict)

    sheet = compose(subject_of(source, event, desk.session.engine, "survey"))

    assert sheet.chi2.selected_rank is None
