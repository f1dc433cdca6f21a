"""Comments that are being typed: on disk before they are told."""

from __future__ import annotations

from moosegui.files.session.store import SessionStore


class TypedComments:
    """At most one text a source, in the session file until it is stored as a comment."""

    def __init__(self) -> None:
        self._store: SessionStore | None = None

    def open(self, store: SessionStore | None) -> None:
        """Take a session; None when it is closed."""
        self._store = store

    def all(self) -> dict[str, str]:
        """Return what was typed and never told, source key to text."""
        return {} if self._store is None else self._store.comment_drafts()

    def keep(self, key: str, text: str) -> None:
        """Put on disk what stands in the field.

        Raises
        ------
        SessionError
            If it could not be saved.
        """
        if self._store is not None:
            self._store.save_comment_draft(key, text)

    def forget(self, key: str) -> None:
        """Forget what was typed on a source: it is its comment now.

        Raises
        ------
        SessionError
            If that could not be saved.
        """
        if self._store is not None:
            self._store.clear_comment_draft(key)
