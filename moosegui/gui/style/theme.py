"""Colours, fonts and the style sheet: one palette for light, one for dark, following the system.

Curve colours are those of Okabe and Ito (2008), lightened on dark where contrast asks for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from string import Template

from PyQt6.QtCore import QByteArray, QObject, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication

from moosegui.config import resource
from moosegui.gui.session.states import QueueState, RedshiftState

RHYTHM = 8  # px, the unit of all margins and gaps
LARGE_FACTOR = 2.3  # the second text size: the redshift
ICON_SIZE = 32  # px, drawn at twice the size at which it is shown


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of the window by its role, as `#rrggbb`."""

    is_dark: bool
    window: str
    canvas: str
    field: str
    button: str
    border: str
    text: str
    muted: str
    faint: str
    selection: str
    data: str
    band: str
    model: str
    component_b: str
    rival: str
    rival_model: str
    emission: str
    absorption: str
    sky: str
    proposal: str
    trial: str
    assigned: str
    error: str
    vote: str

    def of_redshift(self, state: RedshiftState) -> str:
        """The colour of a redshift on screen."""
        return {"proposal": self.proposal, "trial": self.trial, "assigned": self.assigned}[state]

    def of_queue(self, state: QueueState) -> str:
        """The colour of a badge in the queue."""
        return {
            QueueState.UNREVIEWED: self.muted,
            QueueState.DRAFT: self.trial,
            QueueState.ASSIGNED: self.assigned,
            QueueState.FALSE: self.absorption,
            QueueState.PROBLEM: self.error,
        }[state]


LIGHT = Colours(
    is_dark=False,
    window="#f1f2f3",
    canvas="#ffffff",
    field="#ffffff",
    button="#e4e6e8",
    border="#cfd3d6",
    text="#1c1f22",
    muted="#5f666c",
    faint="#e6e8ea",
    selection="#d8e8f4",
    data="#16181a",
    band="#c9ced3",
    model="#006aa6",
    component_b="#e69f00",
    rival="#8a9197",
    rival_model="#9f457c",
    emission="#007455",
    absorption="#a84a00",
    sky="#7f6a9c",
    proposal="#5f666c",
    trial="#8e5900",
    assigned="#007455",
    error="#b3261e",
    vote="#9f457c",
)

DARK = Colours(
    is_dark=True,
    window="#1d1f21",
    canvas="#121314",
    field="#17191a",
    button="#2b2e31",
    border="#3a3e42",
    text="#e4e6e8",
    muted="#a0a6ad",
    faint="#2a2d30",
    selection="#1e3d52",
    data="#f0f2f4",
    band="#43484d",
    model="#56b4e9",
    component_b="#e69f00",
    rival="#7d848a",
    rival_model="#e39ac6",
    emission="#35c79a",
    absorption="#ff8a4c",
    sky="#a48fc4",
    proposal="#a0a7ad",
    trial="#f2b33d",
    assigned="#35c79a",
    error="#ff7f76",
    vote="#e39ac6",
)


def translucent(colour: str, opacity: float) -> QColor:
    """Return `colour` with an opacity from 0 to 1."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


def mixed(colour: str, background: str, opacity: float) -> QColor:
    """Return the opaque colour that `colour` gives on `background`."""
    over, under = QColor(colour), QColor(background)
    channels = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)
    return QColor(*(round(opacity * a + (1.0 - opacity) * b) for a, b in channels))


def system_colours() -> Colours:
    """Return the palette that the system asks for; light when it does not say."""
    hints = QGuiApplication.styleHints()
    is_dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
    return DARK if is_dark else LIGHT


def colours_of(theme: str) -> Colours:
    """Return the palette of a theme: "light", "dark", or what the system asks for."""
    return {"light": LIGHT, "dark": DARK}.get(theme) or system_colours()


def base_font() -> QFont:
    """Return the system's font with digits of equal width."""
    return tabular(QApplication.font())


def large_font() -> QFont:
    """Return the second and last text size, for the redshift."""
    font = base_font()
    font.setPointSizeF(font.pointSizeF() * LARGE_FACTOR)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def heavy_font() -> QFont:
    """Return the base size in the one heavier weight."""
    font = base_font()
    font.setWeight(QFont.Weight.DemiBold)
    return font


def tabular(font: QFont) -> QFont:
    """Return a copy of `font` whose digits are all equally wide (needs Qt 6.7)."""
    copy = QFont(font)
    if hasattr(copy, "setFeature"):
        copy.setFeature(QFont.Tag(b"tnum"), 1)
    return copy


def axis_width() -> float:
    """Return the width in px of every left axis, so that plots line up to the pixel."""
    metrics = QFontMetricsF(base_font())
    return round(metrics.horizontalAdvance("−00000") + 1.6 * metrics.height() + RHYTHM)


def style_sheet(colours: Colours) -> str:
    """Return the style sheet with the colours put in."""
    template = Template(resource("style", "moose.qss").read_text(encoding="utf-8"))
    return template.substitute({name: str(value) for name, value in asdict(colours).items()})


def icon(name: str, colour: str) -> QIcon:
    """Return the icon `resources/icons/<name>.svg` tinted with `colour`."""
    return QIcon(QPixmap.fromImage(_drawn(name, colour)))


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str) -> QImage:
    """Draw an icon once: some hundred bytes of each drawing stay with Qt for good."""
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    image = QImage(ICON_SIZE, ICON_SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def apply_theme(application: QApplication, colours: Colours) -> None:
    """Give the whole application its style, palette, font and style sheet; not twice the same."""
    sheet = style_sheet(colours)
    if application.styleSheet() == sheet:
        return
    application.setStyle("Fusion")
    application.setPalette(_qt_palette(colours))
    application.setFont(base_font())
    application.setStyleSheet(sheet)


def set_text_size(application: QApplication, points: float) -> None:
    """Give all texts another size, before there is a window; 0 leaves that of the system."""
    if points > 0.0:
        font = application.font()
        font.setPointSizeF(points)
        application.setFont(font)


def _qt_palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.field),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.button),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.field),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.text),
        (role.Link, colours.model),
        (role.Mid, colours.border),
    ):
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.muted))
    return palette


class SystemTheme(QObject):
    """Tells when the system changes between light and dark.

    Signals: `colours_changed(Colours)`.
    """

    colours_changed = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connect()

    @property
    def colours(self) -> Colours:
        """The palette that the system asks for now."""
        return system_colours()

    def _connect(self) -> None:
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._on_color_scheme_changed)

    def _on_color_scheme_changed(self) -> None:
        self.colours_changed.emit(self.colours)
