"""What went wrong with single sources, told when the others are done."""

from __future__ import annotations

import sys
from collections.abc import Sequence

MAX_PROBLEMS = 10  # sentences


def print_problems(problems: Sequence[str]) -> None:
    """Print the first problems, and how many more there are."""
    for problem in problems[:MAX_PROBLEMS]:
        print(f"problem: {problem}", file=sys.stderr)
    if len(problems) > MAX_PROBLEMS:
        print(f"problem: and {len(problems) - MAX_PROBLEMS} more", file=sys.stderr)
