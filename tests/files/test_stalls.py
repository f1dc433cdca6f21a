"""A disk that does not answer holds up its own file, and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from spectrum_files import write_spectrum

from moosegui.data.catalogue import SpectrumRef
from moosegui.errors import InputError
from moosegui.files import stalls
from moosegui.files.limits import limits
from moosegui.files.spectra import read_spectrum
from moosegui.files.stalls import answered, stop_waiting


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set when the disk answers again; patience is short meanwhile."""
    monkeypatch.setenv("MOOSEGUI_MAX_SECONDS", "1")
    monkeypatch.setattr(stalls, "FIRST_WAIT", 0.01)
    limits.cache_clear()
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name.startswith("moose-read-"):
            thread.join()
    limits.cache_clear()


def test_that_a_disk_that_does_not_answer_is_a_sentence(
    tmp_path: Path, answer: threading.Event
) -> None:
    with pytest.raises(InputError, match=r"far\.fits cannot be read: its disk has not answered"):
        answered(tmp_path / "far.fits", answer.wait)


def test_that_other_folders_are_read_meanwhile(tmp_path: Path, answer: threading.Event) -> None:
    with pytest.raises(InputError):
        answered(tmp_path / "far" / "1.fits", answer.wait)

    assert answered(tmp_path / "near" / "1.fits", lambda: 3) == 3


def test_that_a_folder_is_waited_for_once(tmp_path: Path, answer: threading.Event) -> None:
    n_read: list[int] = []
    with pytest.raises(InputError):
        answered(tmp_path / "1.fits", answer.wait)

    with pytest.raises(InputError, match="has not answered"):
        answered(tmp_path / "2.fits", lambda: n_read.append(2))

    assert n_read == []


def test_that_a_folder_that_answers_again_is_read(tmp_path: Path, answer: threading.Event) -> None:
    with pytest.raises(InputError):
        answered(tmp_path / "1.fits", answer.wait)
    answer.set()
    for thread in threading.enumerate():
        if thread.name == "moose-read-1.fits":
            thread.join()

    assert answered(tmp_path / "2.fits", lambda: 2) == 2


def test_that_work_that_takes_long_is_not_given_up(tmp_path: Path, answer: threading.Event) -> None:
    del answer  # for its short patience

    def count() -> int:
        """Use the processor for longer than the limit."""
        return sum(i % 7 for i in range(20_000_000))

    assert answered(tmp_path / "large.fits", count) > 0


def test_that_who_waits_gives_up_when_the_program_ends(
    tmp_path: Path, answer: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOOSEGUI_MAX_SECONDS", "100000")
    limits.cache_clear()
    has_begun, sentences = threading.Event(), list[str]()

    def hang() -> None:
        has_begun.set()
        answer.wait()

    def wait() -> None:
        try:
            answered(tmp_path / "far.fits", hang)
        except InputError as error:
            sentences.append(str(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    has_begun.wait()
    stop_waiting()
    waiting.join()

    assert "cannot be read" in sentences[0]


def test_that_what_the_reader_raises_is_raised(tmp_path: Path) -> None:
    def fail() -> None:
        raise InputError("It is no spectrum.")

    with pytest.raises(InputError, match="It is no spectrum"):
        answered(tmp_path / "1.fits", fail)


def test_that_a_spectrum_of_a_dead_disk_is_given_up(
    tmp_path: Path, answer: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "far.fits"
    write_spectrum(path)
    read = Path.open

    def open_slowly(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            answer.wait()
        return read(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", open_slowly)

    with pytest.raises(InputError, match="has not answered"):
        read_spectrum(SpectrumRef(path))


def test_that_one_thread_reads_one_file_after_the_other(tmp_path: Path) -> None:
    readers = {answered(tmp_path / f"{i}.fits", threading.get_ident) for i in range(20)}

    assert len(readers) == 1


def test_that_who_was_given_up_reads_nothing_more(tmp_path: Path, answer: threading.Event) -> None:
    hung: list[int] = []

    def hang() -> None:
        hung.append(threading.get_ident())
        answer.wait()

    with pytest.raises(InputError):
        answered(tmp_path / "far" / "1.fits", hang)
    readers = {answered(tmp_path / "near" / f"{i}", threading.get_ident) for i in range(5)}

    assert readers.isdisjoint(hung)
