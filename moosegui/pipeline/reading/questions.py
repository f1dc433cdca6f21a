"""What a file leaves open, and the spectrum that it would be under each answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Guess, Spectrum
from moosegui.errors import MooseError, QuestionError
from moosegui.files.spectra.registry import read_spectrum

ORDER = (
    "wave",
    "wave_unit",
    "flux",
    "error",
    "medium",
)  # of asking; an answer can change what follows
SENTENCES = {
    "medium": "does not say whether its wavelengths are in air or in vacuum: z differs by 8e-5 "
    "(1 + z), or 83 km/s",
    "flux": "holds several fluxes",
    "error": "does not say what its errors are",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A spectrum under one answer; None where it cannot be read so, with the reason."""

    option: str
    choice: ReadingChoice
    spectrum: Spectrum | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What is open about a file.

    Parameters
    ----------
    what : str
        The field of `ReadingChoice` that answers.
    sentence : str
    readings : tuple of Reading
        One an answer; where one was taken, it is the first.
    is_taken : bool
        Whether the file is read meanwhile, as the first answer says.
    """

    what: str
    sentence: str
    readings: tuple[Reading, ...]
    is_taken: bool


def open_question(ref: SpectrumRef, settled: frozenset[str] = frozenset()) -> OpenQuestion | None:
    """Read a spectrum in all the ways in which its file can be understood.

    Parameters
    ----------
    ref : SpectrumRef
        With what was said before.
    settled : frozenset of str
        Questions that are not to be asked any more.

    Returns
    -------
    OpenQuestion or None
        The first question in their order; None where nothing is open.
    """
    name, is_taken = ref.path.name, True
    try:
        guesses = read_spectrum(ref).provenance.guesses
        sentence = ""
    except QuestionError as question:
        guesses = (Guess(question.what, question.options),)
        sentence, is_taken = question.plain.replace(str(ref.path), name, 1), False
    except MooseError:
        return None
    guess = first_open(guesses, settled)
    if guess is None:
        return None
    readings = tuple(_reading(ref, guess.what, option) for option in guess.options)
    return OpenQuestion(
        guess.what, sentence or f"{name} {SENTENCES[guess.what]}.", readings, is_taken
    )


def first_open(guesses: tuple[Guess, ...], settled: frozenset[str]) -> Guess | None:
    """Return the guess to ask about first, of those that are not settled."""
    unsettled = [guess for guess in guesses if guess.what not in settled]
    return min(unsettled, key=lambda guess: ORDER.index(guess.what), default=None)


def _reading(ref: SpectrumRef, what: str, option: str) -> Reading:
    choice = ref.choice.with_answer(what, option)
    try:
        return Reading(option, choice, _read_on(ref, choice))
    except MooseError as error:
        return Reading(option, choice, problem=str(error))


def _read_on(ref: SpectrumRef, choice: ReadingChoice, n_left: int = len(ORDER)) -> Spectrum:
    """Read a spectrum; what an answer leaves open is drawn as its first option for the picture."""
    try:
        return read_spectrum(replace(ref, choice=choice))
    except QuestionError as question:
        if getattr(choice, question.what) or not n_left:
            raise
        further = choice.with_answer(question.what, question.options[0])
        return _read_on(ref, further, n_left - 1)
