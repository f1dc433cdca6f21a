"""What is typed as a comment goes to disk at once, and counts as stored when it is stored."""

from __future__ import annotations

from moosegui.errors import MooseError
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.typed_comments import TypedComments
from moosegui.gui.verdict.comment_editor import CommentEditor


class CommentControl:
    """Between the field of the comment and the session."""

    def __init__(self, decisions: Decisions, typed: TypedComments, editor: CommentEditor) -> None:
        self._decisions, self._typed, self._editor = decisions, typed, editor
        editor.comment_changed.connect(self._store)
        editor.comment_typed.connect(self._keep_typed)

    def keep(self) -> None:
        """Store the comment that is being written, and those that could not be stored before.

        Raises
        ------
        SessionError
            If one cannot be stored.
        """
        pending = self._editor.pending()
        texts = self._editor.refused() | (dict([pending]) if pending else {})
        for key, text in texts.items():
            self._store(key, text)

    def _store(self, key: str, text: str) -> None:
        """Store a comment; one that cannot be stored stays in the field, not taken for stored."""
        try:
            self._decisions.set_comment(key, text)
        except MooseError:
            self._editor.refuse(key, text)
            raise
        self._editor.accept(key)
        self._typed.forget(key)

    def _keep_typed(self, key: str, text: str) -> None:
        verdict = self._decisions.verdict(key)
        if text == ("" if verdict is None else verdict.comment):
            self._typed.forget(key)
        else:
            self._typed.keep(key, text)

    def restore(self) -> None:
        """Show what was typed in an earlier run, each with its source."""
        self._editor.restore(self._typed.all())
