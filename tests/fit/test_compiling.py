"""The compiler is heard."""

from __future__ import annotations

from numba import njit

from moosegui.fit.compiling import listen_to_compiler


def test_that_a_kernel_is_told_of_when_it_is_compiled_and_not_when_it_runs() -> None:
    told: list[str] = []
    listen_to_compiler(lambda: told.append("begun"), lambda: told.append("ended"))

    @njit
    def inner(x):
        return x + 1

    @njit
    def outer(x):
        return 2 * inner(x)

    assert outer(3) == 8
    assert told[0] == "begun"
    assert told[-1] == "ended"
    assert told.count("begun") == told.count("ended") >= 2
    n_told = len(told)

    assert outer(4) == 10
    assert len(told) == n_told
