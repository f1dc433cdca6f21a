"""The keys as an expert has mapped them, and what two actions must not share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence

from moosegui.gui.keys.actions import ACTIONS, AZERTY_DIGITS, ActionSpec, sequences
from moosegui.preferences import Preferences

Chord = tuple[int, ...]
PHRASE = "phrase"


def mapped_actions(preferences: Preferences) -> tuple[ActionSpec, ...]:
    """Return every action with its keys and words under some preferences."""
    return tuple(
        replace(
            spec,
            keys=preferences.keys.get(spec.name, spec.keys),
            text=_text(spec, preferences.phrases),
        )
        for spec in ACTIONS
    )


def without_conflicts(
    keys: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return what of a key map can be used, and the actions that keep their first keys.

    An action that does not exist is left alone: another version may have it.
    """
    usable = dict(keys)
    dropped: list[str] = []
    while taken := conflicts(mapped_actions(Preferences(keys=usable))):
        wrong = {name for names in taken.values() for name in names if name in usable}
        if not wrong:
            break
        dropped += sorted(wrong)
        usable = {name: value for name, value in usable.items() if name not in wrong}
    return usable, tuple(dropped)


def conflicts(actions: Iterable[ActionSpec]) -> dict[str, tuple[str, ...]]:
    """Return the keys that several actions would hear, or that begin another one's chord.

    Returns
    -------
    dict of str to tuple of str
        Key as text to the names of the actions; a key that nobody can press is named alone.
    """
    owners: dict[Chord, list[str]] = defaultdict(list)
    for spec in actions:
        for chord in dict.fromkeys(chord_of(s) for s in sequences(spec.keys)):
            owners[chord].append(spec.name)
    for character in AZERTY_DIGITS:
        chord = chord_of(QKeySequence(character))
        if chord in owners:
            owners[chord].append(f"zconf{AZERTY_DIGITS[character]}")
    found = {}
    for chord, names in owners.items():
        first = owners.get(chord[:1], []) if len(chord) > 1 else []
        everyone = tuple(dict.fromkeys((*names, *first)))
        if len(everyone) > 1 or not chord or Qt.Key.Key_unknown.value in chord:
            found[_in_words(chord)] = everyone
    return found


def chord_of(sequence: QKeySequence) -> Chord:
    """Return the codes of a key sequence."""
    return tuple(sequence[i].toCombined() for i in range(sequence.count()))


def _in_words(chord: Chord) -> str:
    return QKeySequence(*chord).toString() if chord else "no key"


def _text(spec: ActionSpec, phrases: Sequence[str]) -> str:
    number = spec.name.removeprefix(PHRASE)
    if spec.name == number or not number.isdigit():
        return spec.text
    i_phrase = int(number) - 1
    phrase = phrases[i_phrase] if i_phrase < len(phrases) else ""
    return f"Comment “{phrase}”" if phrase else spec.text
