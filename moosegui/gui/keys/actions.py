"""Every action with its keys, in one table: menus, shortcuts and the key map are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QMenuBar

from moosegui.data.catalogue import ZCONF_MEANINGS, FalseReason, SourceFlag
from moosegui.data.lines import LINES_BY_LETTER, Line
from moosegui.gui.keys.help import KeyRow
from moosegui.preferences import N_PHRASES

N_SOLUTION_KEYS = 9
LETTERS = "ABCDEF"  # of votes that have keys: 4 to 9, beside the ZCONF from 0 to 3


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that an expert can do.

    Parameters
    ----------
    name : str
        Unique; how handlers are found.
    group : str
        Menu, and heading in the key map.
    text : str
        What it does, in the imperative.
    keys : tuple of str
        Portable key sequences; the first is shown.
    repeats : bool
        Whether a key held down repeats it; never for decisions.
    """

    name: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    repeats: bool = False


DECIDE, MOVE, REDSHIFT, VIEW, FILE = "Decide", "Sources", "Redshift", "View", "File"
BLEND, RECONCILE = "Blend", "Reconcile"
FEATURE, HELP = "Feature", "Help"


def _name(line: Line) -> str:
    return f"{line.label} {line.wave:.0f}"


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", FILE, "Open a catalogue, survey or spectrum …", ("Ctrl+O",)),
    ActionSpec("open_folder", FILE, "Open a folder of spectra …", ("Ctrl+Shift+O",)),
    ActionSpec("start", FILE, "Recent surveys …", ("Ctrl+Shift+N",)),
    ActionSpec("demo", FILE, "Open the demo survey"),
    ActionSpec("columns", FILE, "Columns of the catalogue …"),
    ActionSpec("cube", FILE, "Lay the cube of this list below it …"),
    ActionSpec("maps", FILE, "Lay the maps of a scanned cube below the list …"),
    ActionSpec("lay_image", FILE, "Lay an image of the sky below the list: HST, JWST …"),
    ActionSpec("take_images", FILE, "Take the laid images away"),
    ActionSpec("pick_source", FILE, "Make a source of the aperture in the images", ("Ctrl+N",)),
    ActionSpec("save", FILE, "Write the catalogue update now", ("Ctrl+S",)),
    ActionSpec("save_as", FILE, "Write the catalogue update to …", ("Ctrl+Shift+S",)),
    ActionSpec("sheet", FILE, "Summary sheet: to the clipboard and a PDF", ("Ctrl+E",)),
    ActionSpec("sheet_as", FILE, "Summary sheet to …", ("Ctrl+Shift+E",)),
    ActionSpec("report", FILE, "Page of this survey …"),
    ActionSpec("samp_table", FILE, "Send this list to TOPCAT (SAMP)"),
    ActionSpec("samp_spectrum", FILE, "Send this spectrum to other programs (SAMP)"),
    ActionSpec("samp_images", FILE, "Send the images of this source to Aladin and DS9 (SAMP)"),
    ActionSpec("bring_session", FILE, "Move the session beside its catalogue"),
    ActionSpec("reconcile", FILE, "Reconcile sessions of several inspectors …", ("Ctrl+Shift+R",)),
    ActionSpec("calibrate", FILE, "Calibrate by the verdicts of this session …"),
    ActionSpec("calibrate_undo", FILE, "Back to the calibration before"),
    ActionSpec("preferences", FILE, "Preferences …", ("Ctrl+,",)),
    ActionSpec("quit", FILE, "Quit", ("Ctrl+Q",)),
    *(
        ActionSpec(f"zconf{n}", DECIDE, f"ZCONF {n}: {meaning}", (str(n), f"Num+{n}"))
        for n, meaning in enumerate(ZCONF_MEANINGS)
    ),
    ActionSpec(
        "confirm",
        DECIDE,
        "Confirm (or assign what is suggested) and go on",
        ("Return", "Num+Enter"),
    ),
    *(
        ActionSpec(f"false_{r.name}", DECIDE, f"False source: {r.value}", (f"X, {r.key}",))
        for r in FalseReason
    ),
    ActionSpec("not_false", DECIDE, "Not false after all", ("X, X",)),
    *(
        ActionSpec(f"flag_{f.name}", DECIDE, f"Flag: {f.value}", (f"F, {f.key}",))
        for f in SourceFlag
    ),
    ActionSpec("comment", DECIDE, "Comment", ("C",)),
    *(
        ActionSpec(f"phrase{n}", DECIDE, f"Quick phrase {n}", (f"Ctrl+{n}",))
        for n in range(1, N_PHRASES + 1)
    ),
    ActionSpec("undo", DECIDE, "Undo the last decision", ("Ctrl+Z",)),
    ActionSpec("redo", DECIDE, "Redo it", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("next", MOVE, "Next source", ("N", "PgDown"), repeats=True),
    ActionSpec("previous", MOVE, "Previous source", ("B", "PgUp"), repeats=True),
    ActionSpec("back", MOVE, "Back to the last decided source", ("Backspace",)),
    ActionSpec("next_unreviewed", MOVE, "Next source that is pending: not inspected", ("P",)),
    ActionSpec("previous_unreviewed", MOVE, "Previous source that is pending", ("Shift+P",)),
    ActionSpec("filter", MOVE, "Filter the queue", ("/",)),
    ActionSpec("go_to", MOVE, "Go to an ID", ("Ctrl+G",)),
    ActionSpec(
        "sweep_false",
        MOVE,
        "Sweep through what is proposed as false, twenty at once …",
        ("Ctrl+Shift+F",),
    ),
    ActionSpec(
        "sweep_classes",
        MOVE,
        "Sweep through what is proposed as star or quasar, twenty at once …",
        ("Ctrl+Shift+A",),
    ),
    ActionSpec("sort_catalogue", MOVE, "Sort as the catalogue"),
    ActionSpec("sort_uncertain", MOVE, "Sort uncertain ones first (small R)"),
    ActionSpec("groups", MOVE, "Duplicates and groups in this list …", ("Ctrl+Shift+G",)),
    ActionSpec("sort_near", MOVE, "Sort by nearness on the sky to this source"),
    ActionSpec("next_solution", REDSHIFT, "Next solution", ("O",), repeats=True),
    ActionSpec("previous_solution", REDSHIFT, "Previous solution", ("I",), repeats=True),
    *(
        ActionSpec(f"solution{n}", REDSHIFT, f"Solution {n}", (f"Alt+{n}",))
        for n in range(1, N_SOLUTION_KEYS + 1)
    ),
    ActionSpec("nudge+1", REDSHIFT, "z one pixel up", ("Right",), repeats=True),
    ActionSpec("nudge-1", REDSHIFT, "z one pixel down", ("Left",), repeats=True),
    ActionSpec("nudge+10", REDSHIFT, "z ten pixels up", ("Shift+Right",), repeats=True),
    ActionSpec("nudge-10", REDSHIFT, "z ten pixels down", ("Shift+Left",), repeats=True),
    ActionSpec("nudge+0.1", REDSHIFT, "z a tenth of a pixel up", ("Ctrl+Right",), repeats=True),
    ActionSpec("nudge-0.1", REDSHIFT, "z a tenth of a pixel down", ("Ctrl+Left",), repeats=True),
    ActionSpec("type", REDSHIFT, "Type z: 0.7342, 5007@8682, v+120", ("Z",)),
    ActionSpec("refine", REDSHIFT, "Refine z to the nearest minimum", ("U",)),
    ActionSpec("mask", REDSHIFT, "Mask, or limit z, with the next drag (or Ctrl+drag)", ("Q",)),
    ActionSpec("full_scan", REDSHIFT, "Full scan: no masks, no limits, no prior", ("Shift+Q",)),
    ActionSpec("prior", REDSHIFT, "Prior of z, as a photometric redshift …", ("Ctrl+Shift+P",)),
    ActionSpec("weighting", REDSHIFT, "Weight the fit by the variance, or not", ("G",)),
    ActionSpec("automatic", REDSHIFT, "Back to the automatic z", ("A",)),
    ActionSpec("assigned", REDSHIFT, "Back to the assigned z", ("M",)),
    *(
        ActionSpec(
            f"name_{letter}", FEATURE, f"The marked feature is {_name(line)}", (f"Shift+{letter}",)
        )
        for letter, line in LINES_BY_LETTER.items()
    ),
    ActionSpec("next_identity", FEATURE, "Next line that it may be", (".",), repeats=True),
    ActionSpec("previous_identity", FEATURE, "Previous line that it may be", (",",), repeats=True),
    ActionSpec("clear_mark", FEATURE, "Clear the mark and the measured span", ("Esc",)),
    ActionSpec("blend_focus", BLEND, "Second galaxy: A + B, B, A, off", ("K",)),
    *(
        ActionSpec(f"blend{n}", BLEND, f"Blend, z₂ {word}", (f"J, {n}",))
        for n, word in ((1, "possible"), (2, "probable"), (3, "secure"))
    ),
    ActionSpec("blend_both", BLEND, "Take both z, and go on to the next blend", ("Shift+Return",)),
    ActionSpec("blend0", BLEND, "One galaxy", ("J, 0",)),
    ActionSpec("blend_neighbour", BLEND, "Light of a neighbour", ("J, N",)),
    ActionSpec("blend_swap", BLEND, "Swap A and B", ("J, S",)),
    ActionSpec("split", BLEND, "Split: B becomes a source of its own", ("J, B",)),
    ActionSpec("next_candidate", BLEND, "Next candidate for B", ("J, O",)),
    ActionSpec("previous_candidate", BLEND, "Previous candidate for B", ("J, I",)),
    *(
        ActionSpec(f"vote{n}", RECONCILE, f"Take vote {letter}", (str(n + 3), f"Num+{n + 3}"))
        for n, letter in enumerate(LETTERS, start=1)
    ),
    ActionSpec("next_vote", RECONCILE, "Look at the z of the next vote", ("Shift+E",)),
    ActionSpec("smoother", VIEW, "More smoothing", ("S",), repeats=True),
    ActionSpec("sharper", VIEW, "Less smoothing", ("D",), repeats=True),
    ActionSpec("smooth_auto", VIEW, "Smooth as the noise asks for", ("Shift+S",)),
    ActionSpec("lines", VIEW, "Line labels: expected by the model, all, none", ("L",)),
    ActionSpec("own_lines", VIEW, "Own lines: add, load, remove …"),
    ActionSpec("model", VIEW, "Model", ("T",)),
    ActionSpec("sky", VIEW, "Sky bands", ("W",)),
    ActionSpec("reset_view", VIEW, "Reset the view", ("R",)),
    ActionSpec("rest_axis", VIEW, "Observed or rest-frame axis", ("V",)),
    ActionSpec("robust_y", VIEW, "Robust flux range", ("Y",)),
    ActionSpec("rival", VIEW, "Rival view: where the best other solution differs", ("E",)),
    ActionSpec(
        "next_template", VIEW, "Next template over the spectrum: stars, quasar, none", ("Ctrl+T",)
    ),
    ActionSpec("previous_template", VIEW, "Template before", ("Ctrl+Shift+T",)),
    ActionSpec("second_opinion", VIEW, "Second opinion: r(z) under χ²(z)", ("Ctrl+R",)),
    ActionSpec("next_extraction", VIEW, "Next spectrum (extraction) of the source", ("Ctrl+D",)),
    ActionSpec(
        "extractions", VIEW, "Other spectra of the source, faint behind this one", ("Ctrl+Shift+D",)
    ),
    ActionSpec("foreign_curve", VIEW, "χ²(z) of Moose.jl, where its file lies beside the list"),
    ActionSpec("basis", VIEW, "Basis: its vectors, and their part in the model", ("Ctrl+B",)),
    ActionSpec("settle", VIEW, "What the file leaves open: unit, medium, flux, errors …"),
    ActionSpec(
        "provenance", VIEW, "What was taken of the file, and reading it otherwise", ("Ctrl+I",)
    ),
    ActionSpec("sky_view", VIEW, "Images of the sky in full size, or back", ("F2",)),
    ActionSpec("velocities", VIEW, "Velocities of the strongest line in the images", ("Ctrl+F2",)),
    ActionSpec("blink", VIEW, "Images one after the other: blink", ("Shift+F2",)),
    ActionSpec("panels", VIEW, "Hide or show the panels", ("H",)),
    ActionSpec("fold_queue", VIEW, "Fold the queue to its badges, or unfold it", ("Ctrl+H",)),
    ActionSpec("blind", VIEW, "Blind mode: hide the catalogue's answers", ("Ctrl+Shift+B",)),
    ActionSpec("full_screen", VIEW, "Full screen", ("F11",)),
    ActionSpec("links", VIEW, "Pages of this source on the web …", ("Ctrl+Shift+L",)),
    ActionSpec("samp", VIEW, "Link with TOPCAT, Aladin and DS9 (SAMP), or unlink"),
    ActionSpec("theme", VIEW, "Light or dark"),
    ActionSpec("reset_layout", VIEW, "Reset the layout"),
    ActionSpec("palette", HELP, "Find an action by its name …", ("Ctrl+K",)),
    ActionSpec("tour", HELP, "Guided tour of six sources of the demo"),
    ActionSpec("tour_next", HELP, "Tour: next card", ("Alt+Right",)),
    ActionSpec("tour_back", HELP, "Tour: card before", ("Alt+Left",)),
    ActionSpec("manual", HELP, "Manual", ("Shift+F1",)),
    ActionSpec("keys", HELP, "Show all keys", ("?", "F1")),
)

# The unshifted digit row of an AZERTY keyboard, by the character that it sends
AZERTY_DIGITS = {"à": 0, "&": 1, "é": 2, '"': 3}


# What the digit row of an AZERTY keyboard sends together with Ctrl or Alt
AZERTY_ROW = {"1": "&", "2": "É", "3": '"', "4": "'", "5": "(", "6": "-", "7": "È", "8": "_"}
AZERTY_ROW |= {"9": "Ç", "0": "À"}


def sequences(keys: Iterable[str]) -> list[QKeySequence]:
    """Return the key sequences of an action, as every keyboard sends them.

    No two of them answer to the same key of any keyboard: Qt takes a key press with Shift for
    several sequences (`Shift+?` and `?` on the layout US, `Shift+1` and `1` on FR), and calls
    nobody if more than one is somebody's. Characters that no sequence hears, as a platform tells
    them, are `Actions.hear`'s.
    """
    return [QKeySequence(variant) for key in keys for variant in (key, *_variants(key))]


def _variants(key: str) -> tuple[str, ...]:
    modifier, _, digit = key.rpartition("+")
    if modifier in ("Ctrl", "Alt") and digit in AZERTY_ROW:
        return (f"{modifier}+{AZERTY_ROW[digit]}",)
    first, _, digit = key.rpartition(", ")
    return (f"{first}, {AZERTY_ROW[digit]}",) if first and digit in AZERTY_ROW else ()


def key_text(keys: str) -> str:
    """Return a key sequence as people read it: `X S` for `X, S`."""
    return keys.replace(", ", " ").replace("Num+", "Num ").replace("Return", "Enter")


def key_rows(actions: Iterable[ActionSpec] = ACTIONS) -> tuple[KeyRow, ...]:
    """Return the key map: every action that has a key."""
    return tuple(
        KeyRow(spec.group, "  ".join(key_text(k) for k in spec.keys), spec.text)
        for spec in actions
        if spec.keys
    )


def is_plain(spec: ActionSpec) -> bool:
    """Whether a key of an action means something in a text field."""
    return any(not key.startswith(("Ctrl+", "Alt+", "F1")) for key in spec.keys)


class Actions:
    """The actions of a window, in its menu bar; plain keys rest while a text field is edited.

    Parameters
    ----------
    window : QMainWindow
    handlers : mapping
        What each action does, by its name.
    before : callable
        Called before any of them is done.
    """

    def __init__(
        self,
        window: QMainWindow,
        handlers: Mapping[str, Callable[[], object]],
        *,
        before: Callable[[], object] = bool,
    ) -> None:
        self._plain: list[QAction] = []
        self._by_character: dict[str, QAction] = {}
        self._by_name: dict[str, QAction] = {}
        menus: dict[str, QMenu] = {}
        bar = window.menuBar() or QMenuBar(window)
        for spec in ACTIONS:
            action = QAction(spec.text, window)
            action.setAutoRepeat(spec.repeats)
            action.setData(spec.group)  # for who lists them by name
            action.triggered.connect(_without_arguments(before, handlers[spec.name]))
            self._by_name[spec.name] = action
            if spec.group not in menus:
                menus[spec.group] = bar.addMenu(f"&{spec.group}") or QMenu(window)
            menus[spec.group].addAction(action)
            window.addAction(action)
        self.show(ACTIONS)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def show(self, specs: Iterable[ActionSpec]) -> None:
        """Take other keys and words for the same actions."""
        self._plain, self._by_character = [], {}
        for spec in specs:
            action = self._by_name[spec.name]
            characters = (key for key in spec.keys if len(key) == 1 and not key.isalpha())
            self._by_character |= dict.fromkeys(characters, action)
            action.setText(spec.text)
            action.setShortcuts(sequences(spec.keys))
            if is_plain(spec):
                self._plain.append(action)

    def hear(self, event: QKeyEvent) -> bool:
        """Do what a digit or a sign is the key of, wherever it lies; False if it is nobody's.

        For key presses that were no shortcut: `?` or `/` with a Shift that the platform did not
        take away, and the digit row of an AZERTY keyboard with and without Shift.
        """
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        zconf = None if held else AZERTY_DIGITS.get(event.text())
        action = self._by_character.get(event.text() if zconf is None else str(zconf))
        if action is None or not action.isEnabled():
            return False
        if action.autoRepeat() or not event.isAutoRepeat():
            action.trigger()
        return True

    def rest_plain_keys(self, *, is_typing: bool) -> None:
        """Let single letters act again, or leave them to the text field."""
        for action in self._plain:
            action.setEnabled(not is_typing)


def _without_arguments(
    before: Callable[[], object], handler: Callable[[], object]
) -> Callable[[bool], None]:
    def call(_checked: bool = False) -> None:  # noqa: FBT001, FBT002  (Qt's signature)
        before()
        handler()

    return call
