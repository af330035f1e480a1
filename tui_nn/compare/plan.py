"""The plan of a comparison: which settings, each with which seeds."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from tui_nn.compare.vary import PlanError, Variation
from tui_nn.datasets import is_file
from tui_nn.experiment import READING
from tui_nn.settings import Settings, SettingsError, as_text
from tui_nn.settings.fields import SEEDS

LIMIT = 20_000  # steps after which a run ends, unless another limit is asked for
REPEATS = 5  # seeds of each row, unless they vary themselves
MANY = 10_000  # runs: more may be a slip of the hand
TRIES = 20  # draws for each random row, where there are fewer different ones than are wanted
Row = tuple[Any, ...]  # a value for each setting that varies


@dataclass(frozen=True)
class Cell:
    """One run of a comparison: its number, and which of the plan's rows it repeats."""

    number: int
    row: int
    settings: Settings


@dataclass(frozen=True)
class Plan:
    """`repeats` seeds of each row; the rows are the product of all values, or `random` draws.

    The base gives all other settings, and the first of the seeds. sought: the number of rows that a
    search finds one by one; those that it has found are `given`.
    """

    base: Settings
    variations: tuple[Variation, ...]
    repeats: int = 1
    random: int | None = None
    sought: int | None = None
    given: tuple[Row, ...] = ()

    @classmethod
    def limited(
        cls,
        base: Settings,
        variations: tuple[Variation, ...],
        repeats: int | None = None,
        random: int | None = None,
        sought: int | None = None,
        *,
        given: Collection[str] = (),
    ) -> Plan:
        """With a limit of steps and a number of seeds where none is asked for; given: the settings
        that were. Raises PlanError."""
        names = {variation.name for variation in variations}
        if not {"max_steps", "max_epochs"} & (names | set(given)) and base.max_steps is None:
            base = base.changed(max_steps=LIMIT)
        repeats = repeats or (1 if "seed" in names else REPEATS)
        plan = cls(base, variations, repeats, random, sought)
        plan.check()
        return plan

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that vary."""
        return tuple(variation.name for variation in self.variations)

    @property
    def size(self) -> int:
        """The number of cells in the end, without making them; the most there may be."""
        rows = math.prod(len(variation.values) for variation in self.variations)
        return (self.random or self.sought or rows) * self.repeats

    def rows(self) -> Iterator[Row]:
        """The same ones each time, also the random ones: they follow from the base's seed."""
        if self.sought is not None:
            yield from self.given
        elif self.random is None:
            yield from product(*(variation.values for variation in self.variations))
        else:
            rng = np.random.default_rng([self.base.seed, len(self.variations)])
            seen: set[Row] = set()
            for _ in range(TRIES * self.random):
                row = tuple(variation.draw(rng) for variation in self.variations)
                if row not in seen:
                    seen.add(row)
                    yield row
                if len(seen) == self.random:
                    break

    def cells(self) -> Iterator[Cell]:
        """All of them. Raises PlanError at the first whose settings are not allowed."""
        for i, row in enumerate(self.rows()):
            try:
                settings = self.base.changed(**dict(zip(self.names, row, strict=True)))
            except SettingsError as error:
                raise PlanError(self._wording(row, error)) from None
            for k in range(self.repeats):
                # Nothing else depends on the seed: no need to validate all over again.
                own = settings.model_copy(update={"seed": settings.seed + k}) if k else settings
                yield Cell(i * self.repeats + k, i, own)

    def check(self) -> None:
        """PlanError for what is wrong with it as a whole."""
        for name in self.names:
            if self.names.count(name) > 1:
                raise PlanError(f"{name}: varies twice")
        for variation in self.variations:
            files = variation.name == "dataset" and any(map(is_file, variation.values))
            if files or (is_file(self.base.dataset) and variation.name in READING):
                raise PlanError(f"{variation.name}: what is read from a file can't vary")
            if not variation.values and self.random is None and self.sought is None:
                raise PlanError(f"{variation.text}: how many values? as in {variation.text}:5")
        if self.repeats > 1 and "seed" in self.names:
            raise PlanError("seed: varies, and is repeated with other seeds as well")
        if self.base.seed + self.repeats - 1 > SEEDS:
            said = f"seed {self.base.seed}: leaves no room for {self.repeats} repeats"
            raise PlanError(said, "seed")

    def label(self, row: Sequence[Any]) -> str:
        """A row as it is named: "learning_rate=0.1 optimizer=adam"."""
        pairs = zip(self.names, row, strict=True)
        return " ".join(f"{name}={as_text(value)}" for name, value in pairs)

    def _wording(self, row: Row, error: SettingsError) -> str:
        """What is wrong with a row: the setting to blame first, and the others that vary."""
        if len(self.names) == 1 and error.field in self.names:
            return str(error)
        return f"{self.label(row)}: {error.field}: {error.reason}"

    def to_json(self) -> str:
        return json.dumps(
            {
                "base": self.base.model_dump(mode="json"),
                "vary": [variation.text for variation in self.variations],
                "repeats": self.repeats,
                "random": self.random,
                "sought": self.sought,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Raises PlanError, SettingsError for one of another version."""
        values = json.loads(text)
        variations = tuple(map(Variation.parse, values["vary"]))
        numbers = (values[name] for name in ("repeats", "random", "sought"))
        return cls(Settings.parse(values["base"]), variations, *numbers)
