"""Make tui_nn/settings/recipes.json, what becomes of each recipe: runs of three seeds each.

python docs/record_recipes.py
"""

import json
from pathlib import Path
from statistics import median

from tui_nn import settings
from tui_nn.experiment import build_trainer
from tui_nn.settings.recipes import RECIPES, Recipe

SEEDS = (0, 1, 2)


def run(recipe: Recipe, seed: int) -> dict[str, object]:
    trainer = build_trainer(recipe.settings().changed(seed=seed))
    trainer.run(10**9)
    end = trainer.evaluate()
    return {
        "reason": trainer.reason,
        "step": trainer.step,
        "loss": float(f"{end.train_loss:.4g}"),
        "metric": float(f"{end.train_accuracy:.4g}"),
        "test_metric": float(f"{end.test_accuracy:.4g}"),
    }


def record(recipe: Recipe) -> dict[str, object]:
    runs = [run(recipe, seed) for seed in SEEDS]
    reached = sum(one["reason"] == "target_loss" for one in runs)
    middle = {name: median(one[name] for one in runs) for name in ("step", "loss", "metric")}
    test = [one["test_metric"] for one in runs if one["test_metric"] == one["test_metric"]]
    return {"seeds": len(SEEDS), "reached": reached, **middle} | (
        {"test_metric": median(test)} if test else {}
    )


if __name__ == "__main__":
    found = {}
    for recipe in RECIPES:
        found[recipe.name] = record(recipe)
        print(recipe.name, found[recipe.name], flush=True)
    target = Path(settings.__file__).with_name("recipes.json")
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
