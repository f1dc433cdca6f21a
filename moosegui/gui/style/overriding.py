"""The mark of methods that override a Qt virtual: `typing.override`, also on Python 3.11."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if sys.version_info >= (3, 12):
    from typing import override
elif TYPE_CHECKING:
    from typing_extensions import override
else:
    Method = TypeVar("Method")

    def override(method: Method) -> Method:
        """Return `method` as it is; only readers and type checkers care."""
        return method


__all__ = ["override"]
