"""Sources, the list of them, and what experts decided about each."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from moosegui.data.blend import BlendVerdict
from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.votes import CastVote

ZCONF_MEANINGS = (
    "no redshift",
    "possible: a weak line",
    "probable: one strong line, or several weak ones",
    "secure: several lines",
)


class FalseReason(enum.StrEnum):
    """Why a detection is not a source: in words, and the letter that is pressed after X."""

    key: str

    SKY_RESIDUAL = "sky residual", "S"
    EDGE = "edge", "E"
    COSMIC_RAY = "cosmic ray", "C"
    DUPLICATE = "duplicate", "D"
    NOISE = "noise", "N"
    WING = "wing of a neighbour", "W"

    def __new__(cls, words: str, key: str = "") -> Self:
        reason = str.__new__(cls, words)
        reason._value_, reason.key = words, key
        return reason


class SourceFlag(enum.StrEnum):
    """What an expert may mark on a source beside its redshift.

    In words, with the letter that is pressed after F, and shorter where there is little room.
    """

    key: str
    short: str

    BLEND = "blend", "B"
    DEFECT = "defect", "D"
    REVISIT = "revisit", "R"
    STAR = "star", "S"
    QSO = "QSO/AGN", "Q", "QSO"
    INTERESTING = "interesting", "I"

    def __new__(cls, words: str, key: str = "", short: str = "") -> Self:
        flag = str.__new__(cls, words)
        flag._value_, flag.key, flag.short = words, key, short or words
        return flag


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """What the user says of files that do not say it themselves; empty leaves it to the reader.

    Parameters
    ----------
    wave_unit : str
        Of wavelengths without a unit: nm, um, GHz, log10(Angstrom).
    medium : "air", "vacuum" or ""
        Of wavelengths whose file is silent.
    flux, error : str
        The column or extension to take, where a file holds several.
    wave : str
        The column of the wavelengths, where no name tells it.
    sigma_factor : float
        By which every sigma is multiplied, as where resampled variances are too small.
    """

    wave_unit: str = ""
    medium: str = ""
    flux: str = ""
    error: str = ""
    wave: str = ""
    sigma_factor: float = 1.0

    def with_answer(self, what: str, answer: str) -> ReadingChoice:
        """Return a copy with a field of texts, as `medium`, that says something else."""
        said: dict[str, Any] = {what: answer}
        return replace(self, **said)

    @property
    def words(self) -> str:
        """What was said, in words; empty when nothing was."""
        said = (
            ("wavelengths", self.wave),
            ("wavelengths in", self.wave_unit),
            ("medium", self.medium),
            ("flux", self.flux),
            ("error", self.error),
            ("sigma x", f"{self.sigma_factor:g}" if self.sigma_factor != 1.0 else ""),
        )
        return ", ".join(f"{what} {value}" for what, value in said if value)


AS_WRITTEN = ReadingChoice()


@dataclass(frozen=True, slots=True)
class SpectrumRef:
    """Where a spectrum lies: a file and, where it holds several, which one.

    `place` is the file, kept as text, which must be as `Path` writes it: a hundred thousand `Path`
    objects take a second and 40 MB.
    `row` counts from 0 in a stacked file; `name` is an extension (`MUSE_TOT_SKYSUB`); `choice`
    is what the user says where the file is silent.
    """

    place: str | Path
    row: int | None = None
    name: str | None = None
    choice: ReadingChoice = AS_WRITTEN

    def __post_init__(self) -> None:
        if not isinstance(self.place, str):
            object.__setattr__(self, "place", str(self.place))

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the list that an expert goes through.

    Parameters
    ----------
    key : str
        Unique in its list: the ID, made unique with the row where IDs repeat.
    source_id : str
        The catalogue's ID as text, leading zeros kept.
    row : int
        Row in the catalogue, from 0.
    spectrum : SpectrumRef or None
        None when no spectrum was found.
    ra, dec : float
        Degrees; nan when unknown.
    redshift : float
        The catalogue's own redshift; nan when it has none.
    zconf : int or None
        The catalogue's own confidence.
    magnitude : float
    kind, comment : str
        Type and remark of the catalogue.
    problem : str
        Why the source cannot be shown, a sentence; empty when it can.
    values : tuple of (column, text)
        The other columns of the catalogue, for display and filters.
    is_repeat : bool
        Whether the same row is in the list under its own ID too, and this asks the same inspector
        again (`data.team.assignment`).
    """

    key: str
    source_id: str
    row: int
    spectrum: SpectrumRef | None = None
    ra: float = float("nan")
    dec: float = float("nan")
    redshift: float = float("nan")
    zconf: int | None = None
    magnitude: float = float("nan")
    kind: str = ""
    comment: str = ""
    problem: str = ""
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    is_repeat: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class SourceList:
    """The sources in catalogue order, with where they came from.

    Parameters
    ----------
    sources : tuple of Source
    path : Path
        The catalogue, stacked survey or folder that was opened.
    has_catalogue : bool
        Whether `path` holds a table that an update can extend.
    notices : tuple of str
        What was assumed, repaired or left unmatched, in sentences.
    outside : tuple of Path
        Folders elsewhere to which a column of paths leads, and which were not looked into.
    whole : Path or None
        The catalogue in whose rows the sources lie, where `path` gives out a part of it.
    n_picked : int
        How many sources at the end were picked in images: they are in no row of the table, and
        their `row` is that of a survey of their own.
    """

    sources: tuple[Source, ...]
    path: Path
    has_catalogue: bool = True
    notices: tuple[str, ...] = ()
    outside: tuple[Path, ...] = ()
    whole: Path | None = None
    n_picked: int = 0

    @property
    def picked(self) -> tuple[Source, ...]:
        """The sources that were picked in images."""
        return self.sources[len(self.sources) - self.n_picked :]

    def of_table(self) -> SourceList:
        """Return the list without what was picked in images."""
        kept = len(self.sources) - self.n_picked
        return replace(self, sources=self.sources[:kept], n_picked=0) if self.n_picked else self

    def with_picked(self, picked: Sequence[Source]) -> SourceList:
        """Return the list with other sources that were picked in images."""
        if not picked and not self.n_picked:
            return self
        sources = (*self.of_table().sources, *picked)
        return replace(self, sources=sources, n_picked=len(picked))

    @property
    def table_path(self) -> Path:
        """The file whose rows the sources are, and which an update extends."""
        return self.path if self.whole is None else self.whole

    def __len__(self) -> int:
        return len(self.sources)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)

    def with_source(self, source: Source) -> SourceList:
        """Return the list with a source in place of the one of its key."""
        sources = tuple(source if one.key == source.key else one for one in self.sources)
        return replace(self, sources=sources)

    def with_choice(self, choice: ReadingChoice) -> SourceList:
        """Return the list whose files are read as the user says where they are silent."""
        others = (s.spectrum.choice for s in self.sources if s.spectrum is not None)
        if all(other is choice or other == choice for other in others):
            return self
        sources = tuple(
            source
            if source.spectrum is None
            else replace(source, spectrum=replace(source.spectrum, choice=choice))
            for source in self.sources
        )
        return replace(self, sources=sources)


Origin = Literal["auto", "solution", "expert", "line", "refined", "catalogue", ""]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an expert holds of one source, the whole of it, at one moment.

    Parameters
    ----------
    redshift, redshift_error : float
        The z that was on screen, vacuum convention; nan when none was assigned.
    zconf : int or None
        0 to 3; None is "not inspected", 0 is "inspected, no redshift".
    false_reason : FalseReason or None
        Set when the detection is not a source.
    flags : frozenset of SourceFlag
    comment : str
    origin : Origin
        How the z came to be: proposal, another solution, typed, ...
    solution_rank : int or None
        Rank of the solution that was on screen, if it was one.
    proposal : float
        The automatic redshift at that time; nan without one.
    basis_fingerprint : str
    conditions : ScanConditions
        Masks, limits and weighting under which the z was found, or which wait for a decision.
    blend : BlendVerdict or None
        What was decided about a second galaxy; None when nobody judged that.
    votes : tuple of CastVote
        What several inspectors had voted when this verdict reconciled them.
    feature : str
        The line or feature that carries the z (`LYA`, `continuum`); empty where none was named.
    sweep : str
        Names the decisions that were taken together and are taken back as one; else empty.
    taken_from : str
        The inspector whose vote it is; empty for a verdict of one's own.
    extraction : str
        The spectrum of the source that was on screen, if the inspector chose one: a name of the
        file, `MUSE_TOT_SKYSUB`.
    """

    redshift: float = float("nan")
    redshift_error: float = float("nan")
    zconf: int | None = None
    false_reason: FalseReason | None = None
    flags: frozenset[SourceFlag] = frozenset()
    comment: str = ""
    origin: Origin = ""
    solution_rank: int | None = None
    proposal: float = float("nan")
    basis_fingerprint: str = ""
    conditions: ScanConditions = AUTOMATIC
    blend: BlendVerdict | None = None
    votes: tuple[CastVote, ...] = ()
    feature: str = ""
    sweep: str = ""
    taken_from: str = ""
    extraction: str = ""

    @property
    def is_inspected(self) -> bool:
        """Whether a ZCONF or a false source was decided; a comment alone is not a decision."""
        return self.zconf is not None or self.false_reason is not None

    def with_comment(self, comment: str) -> Verdict:
        """Return a copy with another comment."""
        return replace(self, comment=comment)

    def with_flag_toggled(self, flag: SourceFlag) -> Verdict:
        """Return a copy with `flag` added or removed; a bare blend flag replaces its verdict."""
        blend = None if flag is SourceFlag.BLEND else self.blend
        return replace(self, flags=self.flags ^ {flag}, blend=blend)

    def with_conditions(self, conditions: ScanConditions) -> Verdict:
        """Return a copy under other conditions of the scan."""
        return replace(self, conditions=conditions)

    def with_blend(self, blend: BlendVerdict | None) -> Verdict:
        """Return a copy with another verdict on a second galaxy, and the flag that says the same.

        Without a verdict the flag is cleared too.
        """
        is_blend = blend is not None and blend.is_blend
        others = self.flags - {SourceFlag.BLEND}
        return replace(
            self, blend=blend, flags=others | ({SourceFlag.BLEND} if is_blend else set())
        )


EventKind = Literal["decide", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class VerdictEvent:
    """One immutable line of the journal: who decided what about which source, and when.

    `time` is ISO 8601 UTC. `verdict` is the whole state of the source after the event; the
    empty `Verdict()` when an undo leaves none.
    """

    event_id: int
    time: str
    inspector: str
    source_key: str
    verdict: Verdict
    kind: EventKind = "decide"
