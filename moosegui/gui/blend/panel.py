"""The panel of a second galaxy: what speaks for it, and the verdicts on it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from moosegui.data.blend import BlendKind, BlendVerdict
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font

ZCONF_WORDS = {1: "possible", 2: "probable", 3: "secure"}
N_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class BlendPanelView:
    """What is known of a second galaxy in the spectrum on screen.

    Parameters
    ----------
    headline : str
        As "B  z₂ 0.73420"; or why there is nothing.
    evidence : str
        What speaks for it, and against it.
    neighbour : str
        A source of the list nearby that has this redshift; empty without one.
    verdict : BlendVerdict or None
        What is recorded.
    is_candidate : bool
        Whether there is a second redshift to judge.
    """

    headline: str
    evidence: str = ""
    neighbour: str = ""
    verdict: BlendVerdict | None = None
    is_candidate: bool = False


def verdict_text(verdict: BlendVerdict | None) -> str:
    """Return a verdict on a blend in words."""
    if verdict is None:
        return "not judged"
    if verdict.kind is BlendKind.SINGLE:
        return "✓ one galaxy"
    words = "blend" if verdict.kind is BlendKind.BLEND else "light of a neighbour"
    if verdict.neighbour:
        words += f" ({verdict.neighbour})"
    if verdict.zconf is not None:
        words += f", z₂ {verdict.redshift:.5f} {ZCONF_WORDS[verdict.zconf]}"
    return f"✓ {words}"


class BlendPanel(QWidget):
    """Headline, evidence and six verdicts, each with its key.

    Signals: `blend_requested(int)` with the confidence of z₂, `single_requested()`,
    `neighbour_requested()`, `swap_requested()`.
    """

    blend_requested = pyqtSignal(int)
    single_requested = pyqtSignal()
    neighbour_requested = pyqtSignal()
    swap_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._is_judged = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._headline, self._evidence, self._verdict = QLabel(), QLabel(), QLabel()
        self._headline.setFont(heavy_font())
        self._evidence.setProperty("role", "muted")
        for label in (self._headline, self._evidence, self._verdict):
            label.setWordWrap(True)
            # the texts change with every source, which must not move the docks
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._blends = {n: QPushButton(f"{n} {ZCONF_WORDS[n]}") for n in (3, 2, 1)}
        self._single = QPushButton("0  single")
        self._neighbour = QPushButton("N  nearby")
        self._swap = QPushButton("S  swap")
        for n, button in self._blends.items():
            button.setToolTip(f"A blend, and z₂ is {ZCONF_WORDS[n]}: ZCONF2 {n}  (J then {n})")
        self._single.setToolTip("One galaxy, not a blend  (J then 0, or Shift+K)")
        self._neighbour.setToolTip("The second light is that of a neighbour  (J then N)")
        self._swap.setToolTip("Take B for the galaxy of this source  (J then S)")
        buttons = (*self._blends.values(), self._single, self._neighbour, self._swap)
        grid = QGridLayout()
        grid.setSpacing(RHYTHM // 2)
        for i_button, button in enumerate(buttons):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, i_button // N_COLUMNS, i_button % N_COLUMNS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, RHYTHM // 2)
        layout.setSpacing(RHYTHM // 2)
        for label in (self._headline, self._evidence):
            layout.addWidget(label)
        blend = QLabel("A blend? Press J, then how sure z₂ is:")
        blend.setProperty("role", "muted")
        layout.addWidget(blend)
        layout.addLayout(grid)
        layout.addWidget(self._verdict)
        self.set_colours(colours)

    def _connect(self) -> None:
        for zconf, button in self._blends.items():
            button.clicked.connect(lambda _checked, n=zconf: self.blend_requested.emit(n))
        self._single.clicked.connect(lambda: self.single_requested.emit())
        self._neighbour.clicked.connect(lambda: self.neighbour_requested.emit())
        self._swap.clicked.connect(lambda: self.swap_requested.emit())

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._headline.setStyleSheet(f"color: {colours.component_b}")
        self._paint_verdict()

    def display(self, view: BlendPanelView) -> None:
        """Show what is known of the second galaxy."""
        self._headline.setText(view.headline)
        lines = [view.evidence]
        if view.neighbour:
            lines.append(f"A neighbour has this z: {view.neighbour}.")
        self._evidence.setText("\n".join(lines).strip())
        self._is_judged = view.verdict is not None
        self._verdict.setText(verdict_text(view.verdict))
        self._paint_verdict()
        for button in (*self._blends.values(), self._neighbour, self._swap):
            button.setEnabled(view.is_candidate)

    def _paint_verdict(self) -> None:
        colours = self._colours
        self._verdict.setStyleSheet(
            f"color: {colours.assigned if self._is_judged else colours.muted}"
        )

    def texts(self) -> tuple[str, str, str]:
        """Return headline, evidence and verdict as they are shown."""
        return self._headline.text(), self._evidence.text(), self._verdict.text()
