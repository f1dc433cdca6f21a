"""The file of the preferences: round trip, editing by hand, and a file that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.preferences import (
    THEMES,
    Preferences,
    Theme,
    read_preferences,
    write_preferences,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def test_that_there_are_preferences_without_a_file(tmp_path: Path) -> None:
    assert read_preferences(tmp_path / "none.toml") == (Preferences(), "")


@given(
    theme=st.sampled_from(THEMES),
    keys=st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=4),
    phrases=st.lists(TEXTS, max_size=9).map(tuple),
    is_blind=st.booleans(),
    smoothing=st.lists(st.floats(0.1, 99.0), max_size=4, unique=True).map(sorted).map(tuple),
    velocity=st.floats(1.0, 5000.0),
    points=st.just(0.0) | st.floats(6.0, 40.0),
)
def test_that_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    theme: Theme,
    keys: dict[str, tuple[str, ...]],
    phrases: tuple[str, ...],
    is_blind: bool,
    smoothing: tuple[float, ...],
    velocity: float,
    points: float,
) -> None:
    path = tmp_path_factory.mktemp("preferences") / "preferences.toml"
    written = Preferences(
        theme,
        keys,
        phrases,
        starts_blind=is_blind,
        smoothing=smoothing,
        velocity=velocity,
        text_size=points,
    )

    write_preferences(path, written)

    assert read_preferences(path) == (written, "")


def test_that_comments_and_unknown_entries_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    path.write_text('# mine\ntheme = "dark"\n[future]\nnew = 1  # of another version\n')

    write_preferences(path, Preferences(theme="light"))

    text = path.read_text()
    assert "# mine" in text
    assert "new = 1  # of another version" in text
    assert read_preferences(path)[0].theme == "light"


@pytest.mark.parametrize(
    "content",
    [
        "theme = ",
        'theme = "purple"',
        "[view]\ntext_size = 2",
        "[view]\ntext_size = 400",
        "[view]\ntext_size = true",
        '[view]\ntext_size = "large"',
        "[keys]\nnext = 3",
        'keys = "N"',
        '[comments]\nphrases = "one"',
        '[blind]\nat_start = "yes"',
        "\x00",
    ],
)
def test_that_a_bad_file_is_kept_and_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "preferences.toml"
    path.write_text(content)

    preferences, notice = read_preferences(path)

    kept = tmp_path / "preferences.toml.bad"
    assert preferences == Preferences()
    assert str(kept) in notice
    assert kept.read_text() == content
    assert not path.exists()


def test_that_a_file_in_another_encoding_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    path.write_bytes(b"theme = '\xff'")

    _, notice = read_preferences(path)

    assert "could not be understood" in notice
