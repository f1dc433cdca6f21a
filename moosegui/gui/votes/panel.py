"""The votes of all inspectors on the source on screen, side by side above the spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.style.overriding import override
from moosegui.gui.style.plain import plain_tip
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One inspector's vote.

    Parameters
    ----------
    letter, inspector : str
    is_cast : bool
        Whether the source was inspected.
    redshift : float
    zconf : int or None
    words : str
        False source with its reason, flags, second galaxy.
    comment, time : str
    is_taken : bool
        Whether the reconciled verdict is this vote.
    """

    letter: str
    inspector: str
    is_cast: bool = False
    redshift: float = float("nan")
    zconf: int | None = None
    words: str = ""
    comment: str = ""
    time: str = ""
    is_taken: bool = False

    @property
    def headline(self) -> str:
        """What was voted, on one line."""
        if not self.is_cast:
            return "not inspected"
        redshift = f"z {self.redshift:.5f}" if np.isfinite(self.redshift) else ""
        zconf = "" if self.zconf is None else f"ZCONF {self.zconf}"
        return "  ".join(part for part in (redshift, zconf, self.words) if part)


@dataclass(frozen=True, slots=True)
class VotesView:
    """All votes on a source.

    Parameters
    ----------
    rows : tuple of VoteRow
        None while blind mode hides them.
    reasons : tuple of str
        Why they disagree; empty when they do not.
    decision : str
        What was reconciled, in words; empty while it is open.
    n_left, n_conflicts : int
        Conflicts of the list that are open, and all of them.
    """

    rows: tuple[VoteRow, ...]
    reasons: tuple[str, ...] = ()
    decision: str = ""
    n_left: int = 0
    n_conflicts: int = 0

    @property
    def headline(self) -> str:
        """Whether and why there is something to reconcile."""
        if not self.rows:
            return "votes are hidden in blind mode until you have decided"
        if self.reasons:
            return f"≠ {'; '.join(self.reasons)}"
        n_cast = sum(row.is_cast for row in self.rows)
        return ("no vote", "one vote")[n_cast] if n_cast < 2 else "= the inspectors agree"


class VoteCard(QFrame):
    """One vote: a click looks at its redshift, the button adopts it.

    Signals: `chosen()`, `taken()`.
    """

    chosen = pyqtSignal()
    taken = pyqtSignal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._build()
        self._connect()
        self.set_colours(colours)

    def _build(self) -> None:
        self._row: VoteRow | None = None
        self._key = ""
        self.setObjectName("vote")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._who, self._headline = QLabel(), QLabel()
        self._time, self._comment = QLabel(), QLabel()
        for label in (self._time, self._comment):
            label.setProperty("role", "muted")
        self._headline.setFont(heavy_font())
        for label in (self._headline, self._comment, self._time):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QToolButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.addWidget(self._who)
        head.addWidget(self._time, 1)
        head.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM // 2, RHYTHM // 2)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._headline)
        layout.addWidget(self._comment)

    def _connect(self) -> None:
        self._button.clicked.connect(self.taken)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._show()

    def teach_key(self, key: str) -> None:
        """Say which key adopts this vote."""
        self._key = key
        self._show()

    def display(self, row: VoteRow) -> None:
        """Show a vote."""
        self._row = row
        self._show()

    def _show(self) -> None:
        row, colours = self._row, self._colours
        if row is None:
            return
        colour = colours.vote if row.is_cast else colours.muted
        self._who.setText(
            f"<b style='color:{colour}'>{row.letter}</b>&nbsp; {escape(row.inspector)}"
        )
        self._time.setText(row.time[:16].replace("T", " "))
        self._time.setToolTip(plain_tip(row.time))
        self._headline.setText(row.headline)
        self._headline.setToolTip(plain_tip(row.headline))
        self._button.setText("✓ taken" if row.is_taken else f"Take {row.letter}   {self._key}")
        self._button.setToolTip(f"Adopt the vote of {row.inspector} and go on  ( {self._key} )")
        self._button.setAccessibleName(f"Take the vote of {row.inspector}")
        self._button.setEnabled(row.is_cast)
        self._comment.setToolTip(plain_tip(row.comment))
        edge = colours.assigned if row.is_taken else colours.border
        self.setStyleSheet(
            f"QFrame#vote {{ background: {colours.canvas}; border: 1px solid {edge};"
            " border-radius: 3px; }"
        )
        self._elide()

    def _elide(self) -> None:
        comment = "" if self._row is None else " ".join(self._row.comment.split())
        metrics = QFontMetrics(self._comment.font())
        width = max(self.width() - 2 * RHYTHM, 1)
        self._comment.setText(metrics.elidedText(comment, Qt.TextElideMode.ElideRight, width))

    @override
    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._elide()

    @override
    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(a0)
        self.chosen.emit()


class VotesPanel(QWidget):
    """The votes side by side, and why they disagree.

    Signals: `vote_chosen(int)` to look at a vote, `vote_taken(int)` to adopt it; 0 is A.
    """

    vote_chosen = pyqtSignal(int)
    vote_taken = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._keys: Mapping[str, str] = {}
        self._cards: list[VoteCard] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._headline, self._count = QLabel(), QLabel()
        self._headline.setFont(heavy_font())
        self._headline.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._headline.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setProperty("role", "muted")
        head = QHBoxLayout()
        head.addWidget(self._headline, 1)
        head.addWidget(self._count)
        self._row = QHBoxLayout()
        self._row.setSpacing(RHYTHM // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, RHYTHM // 2)
        layout.setSpacing(RHYTHM // 2)
        layout.addLayout(head)
        layout.addLayout(self._row)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._headline.setStyleSheet(f"color: {colours.vote};")
        for card in self._cards:
            card.set_colours(colours)

    def teach_keys(self, keys: Mapping[str, str]) -> None:
        """Say which keys adopt votes, by the names of the actions."""
        self._keys = keys
        for i_vote, card in enumerate(self._cards):
            card.teach_key(keys.get(f"vote{i_vote + 1}", ""))

    def display(self, view: VotesView | None) -> None:
        """Show the votes on a source; None shows nothing."""
        rows = () if view is None else view.rows
        self._make_cards(len(rows))
        for i_card, card in enumerate(self._cards):
            card.setVisible(i_card < len(rows))
        for card, row in zip(self._cards, rows, strict=False):
            card.display(row)
        self._headline.setText("" if view is None else view.headline)
        self._headline.setToolTip("" if view is None else plain_tip(view.headline))
        count = "" if view is None else f"{view.n_left} of {view.n_conflicts} conflicts are open"
        decision = "" if view is None or not view.decision else f"{view.decision}   ·   "
        self._count.setText(decision + count)

    def _make_cards(self, n_cards: int) -> None:
        for i_vote in range(len(self._cards), n_cards):
            card = VoteCard(self._colours)
            card.chosen.connect(lambda i=i_vote: self.vote_chosen.emit(i))
            card.taken.connect(lambda i=i_vote: self.vote_taken.emit(i))
            card.teach_key(self._keys.get(f"vote{i_vote + 1}", ""))
            self._row.addWidget(card, 1)
            self._cards.append(card)
