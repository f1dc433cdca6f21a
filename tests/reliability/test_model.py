"""Any sequence of what an expert can do to a session equals its model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from reliability.forms import number

from moosegui.data.catalogue import Verdict
from moosegui.data.conditions import ScanConditions
from moosegui.files.session.backups import backup_folder
from moosegui.files.session.merge import merge_sessions
from moosegui.files.session.store import SessionStore

KEYS = st.sampled_from(["1", "00012", "Zoë", "a b", "1 (row 2)"])
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


class SessionMachine(RuleBasedStateMachine):
    """A session beside a list of what was done and a stack of what was undone."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "cat.fits.ZB.moose"
        self.store = SessionStore.open(self.path, inspector="ZB")
        self.done: list[tuple[str, Verdict]] = []
        self.undone: list[tuple[str, Verdict]] = []
        self.drafts: dict[str, str] = {}

    def record(self, key: str, verdict: Verdict) -> None:
        self.store.record(key, verdict)
        self.done.append((key, verdict))
        self.undone.clear()

    @rule(key=KEYS, zconf=st.integers(0, 3), redshift=st.floats(0, 7))
    def decide(self, key: str, zconf: int, redshift: float) -> None:
        self.record(key, Verdict(redshift, zconf=zconf))

    @rule(key=KEYS, text=TEXTS)
    def comment(self, key: str, text: str) -> None:
        self.record(key, (self.store.verdict(key) or Verdict()).with_comment(text))

    @rule(key=KEYS, start=st.floats(4000, 5000))
    def mask(self, key: str, start: float) -> None:
        conditions = ScanConditions(((start, start + 10.0),))
        self.record(key, (self.store.verdict(key) or Verdict()).with_conditions(conditions))

    @rule()
    def undo(self) -> None:
        self.store.undo()
        if self.done:
            self.undone.append(self.done.pop())

    @rule()
    def redo(self) -> None:
        self.store.redo()
        if self.undone:
            self.done.append(self.undone.pop())

    @rule(key=KEYS, text=TEXTS)
    def type_comment(self, key: str, text: str) -> None:
        self.store.save_comment_draft(key, text)
        self.drafts[key] = text

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = SessionStore.open(self.path)

    @rule()
    def delete(self) -> None:
        self.path.unlink(missing_ok=True)

    @precondition(lambda self: self.done)
    @rule()
    def damage(self) -> None:
        """Tear off the head; a copy and the pages bring all back."""
        self.store.close()
        self.store = SessionStore.open(self.path)
        self.store.close()
        content = bytearray(self.path.read_bytes())
        content[16:100] = b"\xff" * 84
        self.path.write_bytes(content)
        self.store = SessionStore.open(self.path)

    @precondition(lambda self: self.done)
    @rule(key=KEYS)
    def merge(self, key: str) -> None:
        """Go apart, decide on one side, and join."""
        self.store.set("a", "b")
        other, joined = self.folder / "other.moose", self.folder / "joined.moose"
        shutil.copy(self.path, other)
        with SessionStore.open(other) as store:
            store.record(key, Verdict(zconf=0))
        merge_sessions((self.path, other), joined)
        self.store.close()
        shutil.rmtree(backup_folder(self.path), ignore_errors=True)
        joined.replace(self.path)
        self.store = SessionStore.open(self.path)
        self.done.append((key, Verdict(zconf=0)))
        self.undone.clear()
        shutil.rmtree(backup_folder(other), ignore_errors=True)
        other.unlink()

    @invariant()
    def equals_the_model(self) -> None:
        expected: dict[str, Verdict] = dict(self.done)
        found = {key: event.verdict for key, event in self.store.verdicts().items()}
        assert found.keys() == expected.keys()
        assert [repr(found[key]) for key in found] == [repr(expected[key]) for key in found]
        assert self.store.comment_drafts() == self.drafts

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


SessionMachine.TestCase.settings = settings(
    max_examples=number(short=6, long=300),
    stateful_step_count=number(short=15, long=50),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TestSessionMachine = SessionMachine.TestCase
