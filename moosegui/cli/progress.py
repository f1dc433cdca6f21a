"""Progress of a training on a terminal (a bar that moves) or in a log (a line an iteration)."""

from __future__ import annotations

import sys

from tqdm import tqdm

from moosegui.files.closing import Closing
from moosegui.fit.basis.nmf import TrainingOptions, TrainingProgress
from moosegui.fit.basis.rank import FoldProgress


class _Bar(Closing):
    """A bar that goes with the work that it shows."""

    _bar: tqdm[None] | None = None

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class RankLines(_Bar):
    """One bar a rank, with χ²; without a terminal one line an iteration."""

    def __init__(self, options: TrainingOptions, n_samples: int) -> None:
        self._options = options
        self._n_samples = max(n_samples, 1)
        self._rank = 0

    def show(self, progress: TrainingProgress) -> None:
        """Show an iteration."""
        chi2 = f"χ² {progress.chi2:.6g}, {progress.chi2 / self._n_samples:.4f} a sample"
        if not sys.stderr.isatty():
            where = f"rank {progress.rank}/{progress.target_rank} iteration {progress.iteration}"
            change = "" if progress.iteration == 1 else f", fell by {progress.relative_change:.1e}"
            print(f"{where}: {chi2}{change}", file=sys.stderr)
            return
        if progress.rank != self._rank or self._bar is None:
            self.close()
            self._rank = progress.rank
            title = f"rank {progress.rank}/{progress.target_rank}"
            self._bar = tqdm(total=self._options.max_iterations, desc=title, unit="it")
        self._bar.n = progress.iteration
        self._bar.set_postfix_str(chi2)


class FoldLines(_Bar):
    """One bar for a whole cross-validation; without a terminal one line a rank."""

    def __init__(self, n_ranks: int) -> None:
        self._n_ranks = n_ranks
        self._last = (-1, -1, False)

    def show(self, progress: FoldProgress) -> None:
        """Show an iteration of a training, or a rank whose predictions are done."""
        has_predicted = progress.chi2 != progress.chi2
        what = "predicted" if has_predicted else f"χ² {progress.chi2:.6g}"
        text = f"fold {progress.fold + 1}/{progress.n_folds} rank {progress.rank}: {what}"
        if sys.stderr.isatty():
            if self._bar is None:
                self._bar = tqdm(total=progress.n_folds * self._n_ranks, unit="rank")
            self._bar.set_description_str(text)
            self._bar.update(int(has_predicted))
        elif (where := (progress.fold, progress.rank, has_predicted)) != self._last:
            self._last = where
            print(text, file=sys.stderr)
