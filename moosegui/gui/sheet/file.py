"""Summary sheets as pictures and files: PNG, or PDF with text that can be searched.

Nothing here needs a window or its thread: `QPainter` draws on images and PDF files anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from PyQt6.QtCore import QMarginsF
from PyQt6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from moosegui.errors import ExportError
from moosegui.files.safe_write import replacing
from moosegui.gui.sheet.page import HEIGHT, WIDTH, paint_sheet
from moosegui.gui.sheet.sheet import Sheet

SCALE = 2  # px of a picture for one of the page
PDF_SCALE = 10  # units of a PDF for one of the page
FORMATS = ("pdf", "png")


def sheet_image(sheet: Sheet) -> QImage:
    """Draw a sheet as a picture of 2246 by 1588 px."""
    image = QImage(round(WIDTH * SCALE), round(HEIGHT * SCALE), QImage.Format.Format_RGB32)
    with _painting(image) as painter:
        painter.scale(SCALE, SCALE)
        paint_sheet(painter, sheet)
    return image


def write_sheet(path: Path, sheet: Sheet) -> Path:
    """Write a sheet as PDF or PNG, by the ending of `path`; whole or not at all.

    Raises
    ------
    ExportError
        If the ending is another one, or the file cannot be written.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise ExportError(f"A sheet is a .pdf or .png, not “{path.name}”; give it such an ending.")
    with replacing(path) as temporary:
        if ending == "png":
            is_written = sheet_image(sheet).save(str(temporary), "PNG")
        else:
            is_written = _write_pdf(temporary, sheet)
        if not is_written:
            raise ExportError(f"{path} cannot be written; choose another place.")
    return path


def _write_pdf(path: Path, sheet: Sheet) -> bool:
    writer = QPdfWriter(str(path))
    writer.setTitle(f"{sheet.title}: {sheet.redshift_text}, {sheet.verdict_text}")
    writer.setCreator("moosegui")
    writer.setResolution(96 * PDF_SCALE)
    size = QPageSize(QPageSize.PageSizeId.A4)
    layout = QPageLayout(size, QPageLayout.Orientation.Landscape, QMarginsF())
    writer.setPageLayout(layout)
    with _painting(writer) as painter:
        scale = min(writer.width() / WIDTH, writer.height() / HEIGHT)
        painter.scale(scale, scale)
        paint_sheet(painter, sheet)
    return path.stat().st_size > 0


@contextmanager
def _painting(device: QImage | QPdfWriter) -> Iterator[QPainter]:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.end()


def file_name(key: str, ending: str) -> str:
    """Return the file of a source: its key, what files may not be called written as `%2F`."""
    name = quote(key, safe=" +,()@") or "%"
    return f"{name if not name.startswith('.') else '%2E' + name[1:]}.{ending}"
