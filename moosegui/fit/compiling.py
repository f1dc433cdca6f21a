"""Tells when kernels are compiled, as the first scans after an installation have them compiled."""

from __future__ import annotations

from collections.abc import Callable


def listen_to_compiler(begun: Callable[[], object], ended: Callable[[], object]) -> None:
    """Have it told from now on when the compiler begins, and when it has ended.

    Kernels that were compiled before are only read, which is not told.

    Parameters
    ----------
    begun, ended : callable
        Called in the thread that compiles, of a kernel within another one too.
    """
    from numba.core import event  # with numba, after the window has appeared

    class Listener(event.Listener):  # type: ignore[misc]
        def on_start(self, _event: object) -> None:
            begun()

        def on_end(self, _event: object) -> None:
            ended()

    event.register("numba:compile", Listener())
