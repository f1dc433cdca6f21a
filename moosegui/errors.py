"""The only exceptions that users see, always as one sentence: what, where, what to do."""


class MooseError(Exception):
    """An expected failure, shown as a sentence and never as a traceback."""


class InputError(MooseError):
    """A file or a value that cannot be used as it is."""


class BasisError(MooseError):
    """A basis file that cannot be read, or a basis that does not fit the spectrum."""


class SessionError(MooseError):
    """A session file that cannot be opened, or that belongs to somebody else."""


class ExportError(MooseError):
    """A table that cannot be written where it was asked for."""


class Cancelled(Exception):  # noqa: N818  (not an error: the caller asked for it)
    """Raised by a ``report`` callback to stop a long computation."""
