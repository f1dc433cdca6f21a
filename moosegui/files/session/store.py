"""The journal of a session: every decision an event, never changed, replayed when it opens.

A decision is appended as an event; so is its undoing and its redoing, with the number of the
decision that it concerns. Which verdicts are in force, and what can be undone or redone, follows
from the events alone, so it survives a restart.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any, Self, cast

from moosegui.data.catalogue import EventKind, Verdict, VerdictEvent
from moosegui.errors import SessionError
from moosegui.files.session.backups import backups
from moosegui.files.session.checks import KeptRows, Row, has_seal, shared
from moosegui.files.session.file import SessionFile, now
from moosegui.files.session.timeline import Timeline
from moosegui.files.session.verdict_fields import verdict_from_json, verdict_to_json

REPEATS = "repeats"  # sources that ask for another one again, key to key
WHOLE = "whole_catalogue"  # where the list of an inspector is only a part of one
SOURCES = "sources"  # the entry of the metadata by which sources are recognised
N_AT_HAND = 300  # events of the past that are held beside those in force
NOT_UNDERSTOOD = (ValueError, KeyError, TypeError)


class SessionStore(SessionFile):
    """Verdict events of one inspector in one SQLite file, with drafts, summaries and metadata.

    Open it with `SessionStore.open`. It may be opened in another
    thread than it is used in, which is one.

    Attributes
    ----------
    path : Path
    inspector : str
        Under whose initials decisions are recorded.
    notices : tuple of str
        What the user should know about this session, in sentences.
    """

    def __init__(self, path: Path, inspector: str, *, is_own: bool = True) -> None:
        super().__init__(path, is_own=is_own)
        try:
            self.inspector = self._claimed(inspector)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        inspector: str = "",
        source_path: Path | None = None,
        is_own: bool = True,
    ) -> Self:
        """Open a session, or begin one, and lock it until `close`.

        Parameters
        ----------
        path : Path
            The session file; see `session_path` for where it belongs.
        inspector : str
            Initials; may be left out for a session that exists.
        source_path : Path, optional
            The catalogue, survey or folder that is judged; kept as the metadata `catalogue`.
        is_own : bool
            False for a passing copy of somebody else's session: it is not locked, and no copies
            of it are kept.

        Returns
        -------
        SessionStore

        Raises
        ------
        SessionError
            If it is held by another process, belongs to another inspector, is of a newer version
            or no session, cannot be written, or is damaged so that nothing of it can be read.
        """
        if not inspector and not path.exists():
            raise SessionError(f"There is no session {path}; check the path.")
        if not inspector and path.is_file() and not path.stat().st_size and not backups(path):
            raise SessionError(f"{path} is empty and no session; choose another file.")
        store = cls(path, inspector, is_own=is_own)
        if source_path is not None:
            store._remember_source(source_path.absolute())
        return store

    def record(self, source_key: str, verdict: Verdict) -> VerdictEvent:
        """Append a decision, on disk when this returns; what was undone can't be redone then.

        Raises
        ------
        SessionError
            If it could not be saved; nothing has changed then.
        """
        return self._append("decide", source_key, verdict, None)

    def undo(self) -> VerdictEvent | None:
        """Take back the last decision in force.

        Returns
        -------
        VerdictEvent or None
            The undoing: which source it touches and the verdict then in force there, the empty
            `Verdict()` if none; None when there is nothing to undo.

        Raises
        ------
        SessionError
            If it could not be saved.
        """
        target = self.target("undo")
        if target is None:
            return None
        earlier = self._timeline.before_last()
        verdict = Verdict() if earlier is None else self._event_at(earlier).verdict
        return self._append("undo", target.source_key, verdict, target.event_id)

    def redo(self) -> VerdictEvent | None:
        """Bring back the decision that was undone last; None when there is none.

        Raises
        ------
        SessionError
            If it could not be saved.
        """
        target = self.target("redo")
        if target is None:
            return None
        return self._append("redo", target.source_key, target.verdict, target.event_id)

    def target(self, kind: EventKind) -> VerdictEvent | None:
        """Return the decision that `undo` would take back, or that `redo` would bring back."""
        place = self._timeline.target(kind)
        return None if place is None else self._event_at(place)

    def verdict(self, source_key: str) -> Verdict | None:
        """Return the verdict in force on a source; None when there is none, or none any more."""
        decision = self._in_force.get(source_key)
        return None if decision is None else decision.verdict

    def verdicts(self) -> dict[str, VerdictEvent]:
        """Return the decisions in force, source key to event, with inspector and time."""
        return dict(self._in_force)

    def decisions(self, source_key: str, last: int = 0) -> tuple[VerdictEvent, ...]:
        """Return what was decided on a source and not undone, oldest first.

        Parameters
        ----------
        source_key : str
        last : int
            Only so many, the latest; all with 0.
        """
        places = self._timeline.by_source.get(source_key, array("q"))[-last:]
        return tuple(map(self._event_at, places))

    def touched(self) -> tuple[str, ...]:
        """Return the sources that anything was ever decided on, also what was undone."""
        return tuple(self._timeline.by_source)

    def events(self) -> tuple[VerdictEvent, ...]:
        """Return everything that was decided, undone and redone, oldest first."""
        return tuple(_event(shared(row))[0] for row in self._event_rows)

    @property
    def n_events(self) -> int:
        """How many of them there are."""
        return len(self._event_rows)

    def _claimed(self, inspector: str) -> str:
        """Return the session's inspector, or say that it is somebody else."""
        owner = self.get("inspector")
        if owner and inspector and owner != inspector:
            raise SessionError(
                f"The session {self.path} belongs to {owner}, not {inspector}; choose another "
                f"with --session, or --inspector {owner}."
            )
        if not owner and not inspector:
            raise SessionError(
                f"The session {self.path} names no inspector; open it once with moosegui open and "
                "--inspector."
            )
        if not owner:
            self.set("inspector", inspector)
            self.set("created", now())
        return owner or inspector

    def _remember_source(self, source_path: Path) -> None:
        earlier = self.get("catalogue")
        if earlier == str(source_path):
            return
        self.set("catalogue", str(source_path))
        if earlier and Path(earlier).name != source_path.name:
            self.notices += (
                f"The session {self.path.name} was begun for {earlier} and now judges "
                f"{source_path}; check that the sources are the same.",
            )

    def _append(
        self, kind: EventKind, source_key: str, verdict: Verdict, target: int | None
    ) -> VerdictEvent:
        time, text = now(), verdict_to_json(verdict)
        event_id = self._ids[-1] + 1 if self._ids else 1
        self._append_row((event_id, time, self.inspector, kind, source_key, target, text))
        event = VerdictEvent(event_id, time, self.inspector, source_key, verdict, kind)
        self._ids.append(event_id)
        self._put_in_force(self._timeline.apply(kind, source_key), event)
        return event

    def _put_in_force(self, source_key: str, event: VerdictEvent) -> None:
        """Hold the decision in force on a source that an event has changed."""
        place = self._timeline.in_force(source_key)
        if place is None:
            self._in_force.pop(source_key, None)
        elif self._ids[place] == event.event_id:
            self._in_force[source_key] = event
        else:
            self._in_force[source_key] = self._event_at(place)

    def _event_at(self, place: int) -> VerdictEvent:
        """Return an event by its place; those that were looked up lately are at hand."""
        event = self._lately.pop(place, None)
        if event is None:
            event, _ = _event(shared(self._event_rows[place]))
        self._lately[place] = event
        if len(self._lately) > N_AT_HAND:
            del self._lately[next(iter(self._lately))]
        return event

    def _fault(self, rows: KeptRows) -> str:
        """Replay the events; say which of them cannot be understood, if any."""
        self._timeline, self._ids = Timeline(), array("q")
        self._in_force: dict[str, VerdictEvent] = {}
        self._lately: dict[int, VerdictEvent] = {}
        if fault := super()._fault(rows):
            return fault
        changed: dict[str, VerdictEvent] = {}
        for row in rows:
            try:
                event, target = _event(shared(row))
            except NOT_UNDERSTOOD as error:
                return f"event {row[0]} cannot be understood: {error}"
            expected = self._timeline.target(event.kind)
            if target != (None if expected is None else self._ids[expected]):
                return f"event {event.event_id} does not follow from those before"
            self._ids.append(event.event_id)
            changed[self._timeline.apply(event.kind, event.source_key)] = event
        self._event_rows = rows
        for source_key, event in changed.items():
            self._put_in_force(source_key, event)
        return ""

    def _can_read(self, row: Row) -> bool:
        """Take over what was written so, and what can be understood."""
        if not super()._can_read(row) or has_seal(row):
            return super()._can_read(row)
        try:
            _event(row)
        except NOT_UNDERSTOOD:
            return False
        return True


def _event(row: tuple[Any, ...]) -> tuple[VerdictEvent, int | None]:
    event_id, time, inspector, kind, source_key, target, verdict = row
    event = VerdictEvent(
        int(event_id),
        str(time),
        str(inspector),
        str(source_key),
        verdict_from_json(verdict),
        cast(EventKind, kind),
    )
    return event, target
