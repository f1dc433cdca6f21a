"""The preferences: keys, quick phrases, theme, blind mode, smoothing, votes and links."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.links import PLACES, read_link
from moosegui.errors import InputError
from moosegui.gui.keys.actions import ACTIONS
from moosegui.gui.keys.editor import KeyEditor
from moosegui.gui.style.theme import LIGHT, Colours
from moosegui.preferences import N_PHRASES, TEXT_SIZES, THEMES, Preferences

SIZE = (620, 560)
MAX_SMOOTHING = 1000.0  # Angstrom
THEME_TEXTS = {"system": "As the system", "light": "Light", "dark": "Dark"}


class PreferencesPanel(QDialog):
    """Shows preferences and lets them be changed; keys with a conflict cannot be kept.

    Signals: `preferences_chosen(Preferences)`.
    """

    preferences_chosen = pyqtSignal(object)

    def __init__(
        self, preferences: Preferences, colours: Colours = LIGHT, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences, self._colours = preferences, colours
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        tabs = QTabWidget()
        self._keys = KeyEditor(ACTIONS, self._preferences.keys, self._colours)
        tabs.addTab(self._keys, "Keys")
        tabs.addTab(self._make_phrases(), "Quick phrases")
        tabs.addTab(self._make_looks(), "Look and blind mode")
        tabs.addTab(self._make_spectra(), "Smoothing and votes")
        tabs.addTab(self._make_links(), "Links")
        button = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(button.Ok | button.Cancel)
        layout = QVBoxLayout(self)
        layout.addWidget(tabs, 1)
        layout.addWidget(self._buttons)
        self._check()  # a file may have been edited into a conflict

    def _make_phrases(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        self._phrases = []
        for i_phrase in range(N_PHRASES):
            phrases = self._preferences.phrases
            field = QLineEdit(phrases[i_phrase] if i_phrase < len(phrases) else "")
            field.setAccessibleName(f"Quick phrase {i_phrase + 1}")
            form.addRow(f"Phrase {i_phrase + 1}", field)
            self._phrases.append(field)
        return page

    def _make_looks(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        self._theme = QComboBox()
        self._theme.setAccessibleName("Theme")
        for theme in THEMES:
            self._theme.addItem(THEME_TEXTS[theme], theme)
        self._theme.setCurrentIndex(THEMES.index(self._preferences.theme))
        self._text_size = QSpinBox()
        self._text_size.setAccessibleName("Size of text in points, from the next start")
        self._text_size.setRange(TEXT_SIZES[0] - 1, TEXT_SIZES[1])
        self._text_size.setSpecialValueText("as the system")
        self._text_size.setSuffix(" pt")
        self._text_size.setValue(round(self._preferences.text_size))  # 0 becomes the least
        self._starts_blind = QCheckBox("Open the window in blind mode")
        self._starts_blind.setChecked(self._preferences.starts_blind)
        self._hides_automatic = QCheckBox(
            "Blind mode hides the automatic z too, until a verdict is given"
        )
        self._hides_automatic.setChecked(self._preferences.hides_automatic)
        form.addRow("Theme", self._theme)
        form.addRow("Text, from the next start", self._text_size)
        form.addRow("", self._starts_blind)
        form.addRow("", self._hides_automatic)
        return page

    def _make_spectra(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        self._smoothing = QLineEdit(", ".join(f"{w:g}" for w in self._preferences.smoothing))
        self._smoothing.setAccessibleName("Widths of smoothing in Angstrom")
        self._velocity = _spin_box("Redshifts disagree from, in km/s", 10_000)
        self._velocity.setValue(round(self._preferences.velocity))
        self._velocity_lya = _spin_box("Redshifts at z > 2.9 disagree from, in km/s", 10_000)
        self._velocity_lya.setValue(round(self._preferences.velocity_lya))
        self._zconf_step = _spin_box("ZCONF disagree from a difference of", 3)
        self._zconf_step.setValue(self._preferences.zconf_step)
        self._confident = _spin_box("ZCONF disagree across the border at", 3)
        self._confident.setValue(self._preferences.confident)
        form.addRow("Smoothing steps (Å, FWHM)", self._smoothing)
        form.addRow(QLabel("When the verdicts of two inspectors disagree:"))
        form.addRow("Redshifts apart by (km/s)", self._velocity)
        form.addRow("The same at z > 2.9, with Lyα (km/s)", self._velocity_lya)
        form.addRow("ZCONF apart by", self._zconf_step)
        form.addRow("ZCONF below and not below", self._confident)
        return page

    def _make_links(self) -> QWidget:
        page, places = QWidget(), (f"{{{name}}} is {text}" for name, text in PLACES.items())
        words = QLabel(f"Pages on the web, one a line, as NAME = https://…; {', '.join(places)}.")
        words.setWordWrap(True)
        self._links = QPlainTextEdit("\n".join(self._preferences.links))
        self._links.setAccessibleName("Pages on the web that show a source")
        self._links.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._links.setTabChangesFocus(True)
        self._wrong_links = QLabel()
        self._wrong_links.setWordWrap(True)
        self._wrong_links.setStyleSheet(f"color: {self._colours.error};")
        layout = QVBoxLayout(page)
        for widget in (words, self._links, self._wrong_links):
            layout.addWidget(widget)
        return page

    def _connect(self) -> None:
        self._keys.keys_changed.connect(self._check)
        self._links.textChanged.connect(self._check)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)

    def chosen(self) -> Preferences:
        """Return the preferences as they are shown."""
        return replace(
            self._preferences,
            keys=self._keys.keys(),
            phrases=tuple(field.text().strip() for field in self._phrases),
            theme=self._theme.currentData(),
            text_size=self._chosen_size(),
            starts_blind=self._starts_blind.isChecked(),
            hides_automatic=self._hides_automatic.isChecked(),
            smoothing=_widths(self._smoothing.text()) or self._preferences.smoothing,
            velocity=float(self._velocity.value()),
            velocity_lya=float(self._velocity_lya.value()),
            zconf_step=self._zconf_step.value(),
            confident=self._confident.value(),
            links=self._link_lines(),
        )

    def _chosen_size(self) -> float:
        size = self._text_size.value()
        if size < TEXT_SIZES[0]:
            return 0.0
        kept = self._preferences.text_size  # a file may hold halves of points
        return kept if size == round(kept) else float(size)

    def _link_lines(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self._links.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def _check(self) -> None:
        """Let nothing be kept that could not be used."""
        problem = ""
        try:
            for line in self._link_lines():
                read_link(line)
        except InputError as error:
            problem = str(error)
        self._wrong_links.setText(problem)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not self._keys.problems() and not problem)

    def _on_accepted(self) -> None:
        self.preferences_chosen.emit(self.chosen())
        self.accept()


def _spin_box(name: str, most: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, most)
    box.setAccessibleName(name)
    return box


def _widths(text: str) -> tuple[float, ...]:
    """The widths in a text that are numbers above 0, rising."""
    found = set()
    for word in text.replace(";", ",").replace(" ", ",").split(","):
        with contextlib.suppress(ValueError):
            found.add(float(word))
    return tuple(sorted(width for width in found if 0 < width < MAX_SMOOTHING))
