"""The results chapter of an assignment on backpropagation: its experiments, each a question, the
plans that answer it, and how the numbers are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_nn.compare.comparison import Comparison
from tui_nn.compare.findings import (
    Finding,
    Judge,
    findings,
    goal,
    linear_layers,
    trend,
    versus,
)
from tui_nn.compare.judged import JudgedRows
from tui_nn.compare.plan import Plan
from tui_nn.compare.pools import Pool
from tui_nn.compare.summary import Summary
from tui_nn.compare.vary import PlanError, Variation
from tui_nn.settings import Settings, short_text

DATASETS = ("linear", "xor")
REPEATS = 8  # with fewer, tests of so many pairs find little
STEPS = 20_000  # after which a run ends


@dataclass(frozen=True)
class Experiment:
    """A question that is asked of both data sets.

    name: of its files. judges: by data set. vary: what varies, as typed; nothing: each seed is a
    row. changes: of the assignment's settings. of_each: whether rows compete within each value of
    the first setting, of which the best count.
    """

    name: str
    title: str
    question: str
    judges: Mapping[str, Judge]
    vary: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    of_each: bool = False

    def plan(self, dataset: str, seed: int, repeats: int, steps: int) -> Plan:
        """Raises PlanError, where there are not so many seeds."""
        # Weights that begin alike, whatever the activation.
        base = Settings(dataset=dataset, seed=seed, max_steps=steps, init="normal")
        base = base.changed(**self.changes)
        if self.vary:
            return Plan(base, tuple(map(Variation.parse, self.vary)), repeats)
        seeds = ",".join(str(seed + k) for k in range(repeats))
        return Plan(base, (Variation.parse(f"seed={seeds}"),))


def _both(judge: Judge) -> dict[str, Judge]:
    return dict.fromkeys(DATASETS, judge)


# Between two looks at the target lie 25 steps, but for the first, which is the assignment's own.
_OFTEN = {"steps_per_epoch": 25, "max_epochs": None}

EXPERIMENTS = (
    Experiment(
        "result",
        "Result",
        "Does the network learn both data sets?",
        {"linear": goal(0.98, 0.01365), "xor": goal(1.0, 0.005)},
    ),
    Experiment(
        "learning-rate",
        "Learning rate",
        "Does a higher learning rate need fewer steps?",
        _both(trend("a higher learning rate", "at {}")),
        ("learning_rate=lin:0.1..1:10",),
        _OFTEN,
    ),
    Experiment(
        "hidden",
        "Hidden units",
        "Do more units in both hidden layers need fewer steps?",
        _both(trend("a network of more hidden units", "with {} units")),
        ("hidden=1,1;2,2;4,4;8,8;16,16;32,32",),
        _OFTEN,
    ),
    Experiment(
        "no-activation",
        "No activation",
        "What is left of the network if its layers are linear? (Adam, learning rate 0.01.)",
        {"linear": linear_layers(0.98, enough=True), "xor": linear_layers(1.0, enough=False)},
        ("activation=sigmoid,linear", "output_activation=sigmoid,linear"),
        _OFTEN | {"optimizer": "adam", "learning_rate": 0.01},
    ),
    Experiment(
        "activation",
        "Activation",
        "Do tanh and relu need fewer steps than sigmoid, each at its best learning rate?",
        _both(versus("sigmoid", "tanh", "relu")),
        ("activation=sigmoid,tanh,relu", "learning_rate=0.1,0.3,1"),
        _OFTEN,
        of_each=True,
    ),
    Experiment(
        "optimizer",
        "Optimizer",
        "Does Adam need fewer steps than gradient descent, each at its best learning rate?",
        _both(versus("gd", "adam")),
        ("optimizer=gd,adam", "learning_rate=0.01,0.1,1"),
        _OFTEN,
        of_each=True,
    ),
)


class Study:
    """An experiment on one data set, under way."""

    def __init__(self, experiment: Experiment, plan: Plan) -> None:
        self.experiment, self.comparison = experiment, Comparison(plan)

    @property
    def dataset(self) -> str:
        return self.comparison.plan.base.dataset

    @property
    def name(self) -> str:
        return f"{self.experiment.name}-{self.dataset}"

    @property
    def left(self) -> int:
        """The runs that have not ended."""
        return len(self.comparison.results) - self.comparison.results.done

    def findings(self) -> list[Finding]:
        judge = self.experiment.judges[self.dataset]
        return findings(self.comparison.plan, self.comparison.summaries(), judge)

    def contenders(self) -> list[Summary]:
        """The rows that a picture is of: all, or the best of each value of the first setting."""
        rows = self.comparison.summaries()
        if not self.experiment.of_each:
            return rows
        judged = JudgedRows(self.comparison.plan, [row for row in rows if row.done])
        return [best.summary for best in judged.best().values()]


class Chapter:
    """All experiments on both data sets, one after the other; only: those with this in their name.

    Raises PlanError.
    """

    def __init__(
        self, seed: int = 0, repeats: int = REPEATS, steps: int = STEPS, only: str = ""
    ) -> None:
        self.seed, self.repeats, self.steps = seed, repeats, steps
        Plan(Settings(seed=seed), (), repeats).check()
        self.studies = [
            Study(experiment, experiment.plan(dataset, seed, repeats, steps))
            for experiment in EXPERIMENTS
            for dataset in DATASETS
            if only in f"{experiment.name}-{dataset}"
        ]
        if not self.studies:
            names = ", ".join([*(one.name for one in EXPERIMENTS), *DATASETS])
            raise PlanError(f"only {short_text(only)}: a part of a name: {names}")

    @property
    def left(self) -> int:
        """The runs that have not ended."""
        return sum(study.left for study in self.studies)

    @property
    def failure(self) -> str:
        """What is to be said of the first run that could not be trained, or ""."""
        for study in self.studies:
            plan, comparison = study.comparison.plan, study.comparison
            for result in comparison.results:
                if result.said:
                    where = plan.label(comparison.rows[result.cell.row])
                    return f"{study.name}: {where} seed={result.cell.settings.seed}: {result.said}"
        return ""

    def run(self, pool: Pool, stopping: Callable[[], bool] = bool) -> Iterator[Study]:
        """Train; yields, at least ten times a second, the study that is under way, and each once
        more when it is done. stopping: whether to stop at the next good place."""
        for study in self.studies:
            for _ in study.comparison.run(pool, stopping):
                yield study
            if stopping():
                return

    def by_experiment(self) -> Iterator[tuple[Experiment, list[Study]]]:
        for experiment in EXPERIMENTS:
            studies = [study for study in self.studies if study.experiment is experiment]
            if studies:
                yield experiment, studies
