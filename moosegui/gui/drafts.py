"""Redshifts that were tried and not decided, kept when a source is left."""

from __future__ import annotations

from moosegui.files.session_store import SessionStore


class Drafts:
    """At most one redshift a source, in memory and in the session file."""

    def __init__(self) -> None:
        self._store: SessionStore | None = None
        self._redshifts: dict[str, float] = {}

    def restore(self, store: SessionStore) -> None:
        """Take the drafts of a session."""
        self._store, self._redshifts = store, store.drafts()

    def get(self, key: str) -> float | None:
        """Return the draft of a source, if it has one."""
        return self._redshifts.get(key)

    def keep(self, key: str, redshift: float) -> bool:
        """Keep a redshift; return whether that is news."""
        if self._store is None or self._redshifts.get(key) == redshift:
            return False
        self._store.save_draft(key, redshift)
        self._redshifts[key] = redshift
        return True

    def forget(self, key: str) -> bool:
        """Forget the draft of a source; return whether it had one."""
        if self._store is None or key not in self._redshifts:
            return False
        self._store.clear_draft(key)
        del self._redshifts[key]
        return True
