"""The only exceptions that users see, always as one sentence: what, where, what to do."""

from pathlib import Path


class MooseError(Exception):
    """An expected failure, shown as a sentence and never as a traceback."""


class InputError(MooseError):
    """A file or a value that cannot be used as it is."""


class QuestionError(InputError):
    """A file that can be read in several ways: `what` is open, and `options` are the answers.

    `plain` is the sentence without the options of the command line.
    """

    def __init__(
        self, sentence: str, what: str = "", options: tuple[str, ...] = (), plain: str = ""
    ) -> None:
        super().__init__(sentence)
        self.what, self.options, self.plain = what, options, plain


class ColumnsError(InputError):
    """A catalogue in which no column is recognised as the one of IDs or of files."""


class BasisError(MooseError):
    """A basis file that cannot be read, or a basis that does not fit the spectrum."""


class SessionError(MooseError):
    """A session file that cannot be opened, or that belongs to somebody else."""


class ExportError(MooseError):
    """A table that cannot be written where it was asked for."""


class NotOursError(ExportError):
    """A file lies where an update was to go, and this session did not write it."""

    def __init__(self, sentence: str, path: Path) -> None:
        super().__init__(sentence)
        self.path = path


class Cancelled(Exception):  # noqa: N818  (not an error: the caller asked for it)
    """Raised by a ``report`` callback to stop a long computation."""
