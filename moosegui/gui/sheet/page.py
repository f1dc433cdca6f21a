"""A summary sheet on an A4 page: heading, plots, solutions, line windows and where it is from."""

from __future__ import annotations

import math

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextOption

from moosegui.gui.plots.spectrum_view import Curves
from moosegui.gui.session.states import REDSHIFT_GLYPHS
from moosegui.gui.sheet.frame import COLOURS, NORMAL, SMALL, page_font
from moosegui.gui.sheet.plots import paint_chi2, paint_residual, paint_spectrum, paint_window
from moosegui.gui.sheet.sheet import Sheet
from moosegui.gui.style.solution_rows import HEADINGS, SolutionRow

WIDTH, HEIGHT = 1123.0, 794.0  # px of the page: A4 in landscape at 96 to the inch
MARGIN, AXIS = 32.0, 62.0  # px
LARGE = 24  # px, text size of the ID and the redshift
N_WINDOWS = 8
MAX_ROWS = 7
GAP = 16.0  # px between line windows
# px, right edges of rank, z, Δχ², R and, where the rows have it, the probability
COLUMNS = (20.0, 88.0, 138.0, 176.0, 220.0)
ROW = 17.0  # px
ZCONF_COLOURS = {
    None: COLOURS.proposal,
    0: COLOURS.proposal,
    1: COLOURS.trial,
    2: COLOURS.assigned,
    3: COLOURS.assigned,
}

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
TOP, MIDDLE = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter


def paint_sheet(painter: QPainter, sheet: Sheet) -> None:
    """Draw a sheet into `WIDTH` by `HEIGHT` units of a painter; needs no window."""
    painter.fillRect(QRectF(0.0, 0.0, WIDTH, HEIGHT), QColor(COLOURS.canvas))
    _paint_heading(painter, sheet)
    curves = Curves(sheet.spectrum)
    left, right = MARGIN + AXIS, WIDTH - MARGIN
    paint_spectrum(painter, QRectF(left, 124.0, right - left, 248.0), sheet.spectrum, curves)
    paint_residual(painter, QRectF(left, 380.0, right - left, 62.0), sheet.spectrum, curves)
    table = 330.0
    area = QRectF(left, 476.0, right - left - table - 24.0, 124.0)
    paint_chi2(painter, area, sheet.chi2)
    _paint_solutions(painter, QRectF(right - table, 470.0, table, 150.0), sheet)
    _paint_windows(painter, QRectF(MARGIN, 634.0, WIDTH - 2 * MARGIN, 114.0), sheet)
    _paint_foot(painter, sheet)


def _paint_heading(painter: QPainter, sheet: Sheet) -> None:
    """ID and facts on the left; redshift and verdict on the right; the comment below both."""
    full = QRectF(MARGIN, 22.0, WIDTH - 2 * MARGIN, 32.0)
    _write(painter, full, sheet.title, page_font(LARGE, is_heavy=True), flags=LEFT | MIDDLE)
    colour = COLOURS.absorption if sheet.false_reason else ZCONF_COLOURS[sheet.zconf]
    pill = _paint_pill(painter, full, sheet.verdict_text, colour)
    before = QRectF(full.left(), full.top(), pill.left() - full.left() - 16.0, full.height())
    state = sheet.spectrum.state
    text, tint = sheet.redshift_text, COLOURS.of_redshift(state)
    if not math.isfinite(sheet.spectrum.redshift):
        tint = COLOURS.muted
    elif state != "assigned":
        text = f"{REDSHIFT_GLYPHS[state]} {text}"
    font = page_font(LARGE, is_heavy=True)
    _write(painter, before, text, font, colour=tint, flags=RIGHT | MIDDLE)
    second = QRectF(MARGIN, 58.0, WIDTH - 2 * MARGIN, 18.0)
    meaning = "   ".join(filter(None, (sheet.meaning, sheet.blend, *sheet.flags)))
    reserved = QFontMetricsF(page_font()).horizontalAdvance(meaning) + 24.0
    facts = QRectF(second.left(), second.top(), second.width() - reserved, second.height())
    _write(painter, facts, "   ".join(sheet.facts), colour=COLOURS.muted, flags=LEFT | MIDDLE)
    _write(painter, second, meaning, colour=COLOURS.text, flags=RIGHT | MIDDLE)
    third = QRectF(MARGIN, 78.0, WIDTH - 2 * MARGIN, 18.0)
    words = [f"“{' '.join(sheet.comment.split())}”"] if sheet.comment.strip() else []
    words += [", ".join(sheet.conditions)] if sheet.conditions else []
    _write(painter, third, "   ".join(words), flags=LEFT | MIDDLE)


def _paint_pill(painter: QPainter, area: QRectF, text: str, colour: str) -> QRectF:
    """Write a word on a filled background at the right end; return where it lies."""
    font = page_font(16, is_heavy=True)
    width = QFontMetricsF(font).horizontalAdvance(text) + 24.0
    pill = QRectF(area.right() - width, area.top() + 2.0, width, area.height() - 4.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(pill, 6.0, 6.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = Qt.AlignmentFlag.AlignCenter
    _write(painter, pill, text, font, colour=COLOURS.canvas, flags=middle)
    return pill


def _paint_solutions(painter: QPainter, area: QRectF, sheet: Sheet) -> None:
    """The best solutions in a table; the one on the sheet is heavy."""
    muted = page_font(SMALL)
    for right, text in zip(COLUMNS, HEADINGS, strict=False):
        box = QRectF(area.left(), area.top() - 4.0, right, ROW)
        _write(painter, box, text, muted, colour=COLOURS.muted, flags=RIGHT | MIDDLE)
    for i_row, row in enumerate(sheet.solutions[:MAX_ROWS]):
        top = area.top() + (i_row + 1) * ROW
        _paint_row(
            painter,
            QRectF(area.left(), top - 4.0, area.width(), ROW),
            row,
            is_shown=row.rank == sheet.chi2.selected_rank,
        )
    if not sheet.solutions:
        _write(painter, area, "No solution.", colour=COLOURS.muted, flags=LEFT | TOP)


def _paint_row(painter: QPainter, area: QRectF, row: SolutionRow, *, is_shown: bool) -> None:
    font = page_font(SMALL + 1, is_heavy=is_shown)
    colour = COLOURS.text if is_shown else COLOURS.muted
    for right, text in zip(COLUMNS, row.columns, strict=False):
        box = QRectF(area.left(), area.top(), right, area.height())
        _write(painter, box, text, font, colour=colour, flags=RIGHT | MIDDLE)
    rest = area.adjusted(COLUMNS[-1] + 12.0, 0.0, 0.0, 0.0)
    words = row.lines or row.confusions
    _write(painter, rest, words, page_font(SMALL), colour=COLOURS.muted, flags=LEFT | MIDDLE)


def _paint_windows(painter: QPainter, area: QRectF, sheet: Sheet) -> None:
    """The most diagnostic lines in the order of wavelength, all of one width."""
    shown = sorted(sheet.windows[:N_WINDOWS], key=lambda window: window.wave)
    width = (area.width() - (N_WINDOWS - 1) * GAP) / N_WINDOWS
    for i_window, window in enumerate(shown):
        left = area.left() + i_window * (width + GAP)
        paint_window(painter, QRectF(left, area.top(), width, area.height()), window)
    if not shown:
        words = "No line of the list can be measured at this redshift."
        _write(painter, area, words, colour=COLOURS.muted, flags=Qt.AlignmentFlag.AlignCenter)


def _paint_foot(painter: QPainter, sheet: Sheet) -> None:
    area = QRectF(MARGIN, HEIGHT - 34.0, WIDTH - 2 * MARGIN, 16.0)
    text = "   ".join(sheet.provenance)
    _write(painter, area, text, page_font(SMALL), colour=COLOURS.muted, flags=LEFT | MIDDLE)


def _write(
    painter: QPainter,
    area: QRectF,
    text: str,
    font: QFont | None = None,
    *,
    colour: str = COLOURS.text,
    flags: Qt.AlignmentFlag = LEFT,
) -> None:
    """Write one line, shortened where it is too long for its place."""
    font = page_font(NORMAL) if font is None else font
    painter.setFont(font)
    painter.setPen(QColor(colour))
    elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width() + 1.0)
    option = QTextOption(flags)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    painter.drawText(area, elided, option)
