"""A search with Optuna, round by round: it suggests rows, and is told how good they were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn.compare.plan import Row
from tui_nn.compare.summary import Summary
from tui_nn.compare.vary import PlanError, Variation

ROUND = 8  # trials that are asked for at once, and trained together


class Search:
    """An Optuna study in an SQLite file of its own, which is there already or is made.

    Lists are tried as choices, ranges as numbers. path: None keeps it in memory. `found`: the rows
    that have been judged. Raises PlanError where Optuna is missing, or the
    study can't be read or made.
    """

    def __init__(
        self, path: Path | None, name: str, variations: Sequence[Variation], seed: int
    ) -> None:
        try:
            import optuna
            from sqlalchemy.exc import SQLAlchemyError
        except ImportError:
            said = "optuna: needs the optuna package: pip install 'tui-nn[optuna]'"
            raise PlanError(said, "optuna") from None
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._failed = optuna.trial.TrialState.FAIL
        self._variations = variations
        self._asked: list[Any] = []
        try:
            study = optuna.create_study(
                storage=None if path is None else f"sqlite:///{path}",
                study_name=name,
                load_if_exists=True,
            )
            for left in study.get_trials(deepcopy=False):
                if not left.state.is_finished():  # of a program that was interrupted
                    study.tell(left.number, state=self._failed)
        except (optuna.exceptions.StorageInternalError, SQLAlchemyError) as error:
            said = f"optuna: study {path}: {str(error).splitlines()[0]}"
            raise PlanError(said, "optuna") from None
        judged = study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.COMPLETE])
        self.found: list[Row] = [
            tuple(trial.params[variation.name] for variation in variations) for trial in judged
        ]
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(judged), constant_liar=True)
        self._study = study

    def ask(self, most: int) -> list[Row]:
        """The next rows to try."""
        self._asked = [self._study.ask() for _ in range(min(ROUND, most))]
        return [
            tuple(self._suggestion(trial, variation) for variation in self._variations)
            for trial in self._asked
        ]

    def tell(self, summaries: Sequence[Summary]) -> None:
        """How good the rows were that were asked for last."""
        for trial, summary in zip(self._asked, summaries, strict=True):
            self.found.append(summary.values)
            value = objective(summary)
            if math.isfinite(value):
                self._study.tell(trial, value)
            else:
                self._study.tell(trial, state=self._failed)
        self._asked = []

    def _suggestion(self, trial: Any, variation: Variation) -> Any:
        if variation.limits is None:
            return trial.suggest_categorical(variation.name, list(variation.values))
        low, high = variation.limits
        if variation.whole:
            return trial.suggest_int(variation.name, round(low), round(high), log=variation.log)
        return trial.suggest_float(variation.name, low, high, log=variation.log)


def objective(summary: Summary) -> float:
    """What a search lowers: the median over the seeds of the steps to the target, of a run that
    ends above it times how many targets its loss is; without a target, of the loss (on the test
    points, if there are any). Infinite if half of the seeds diverged."""
    return float(np.median([_cost(result) for result in summary.results]))


def _cost(result: Any) -> float:
    last, target = result.last, result.cell.settings.target_loss
    loss = last["train_loss"]
    if result.reason in (None, "diverged", "failed") or not math.isfinite(loss):
        return math.inf
    if target:
        return float(result.step * max(1.0, loss / target))
    return float(last["test_loss"] if math.isfinite(last["test_loss"]) else loss)
