"""Comparisons: a plan of settings and seeds, trained on all cores or a cluster, and summarised.

    from tui_nn.compare import Comparison, Cores, Plan, Variation
    from tui_nn.settings import Settings

    rates = Variation.parse("learning_rate=0.1,0.3,1")
    plan = Plan(Settings(max_steps=20_000), (rates,), repeats=5)
    comparison, pool = Comparison(plan), Cores(2)
    for changed in comparison.run(pool):
        print(f"{comparison.results.share_done:.0%}")
    pool.close()
    for summary in comparison.summaries():
        print(summary.values, summary.steps, summary.loss)

A script needs `if __name__ == "__main__":` around it, as worker processes import it.
The names are looked up when they are first used: a worker needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_nn.compare.background import Background
    from tui_nn.compare.comparison import Comparison
    from tui_nn.compare.plan import Cell, Plan
    from tui_nn.compare.pools import Cluster, Cores, Pool, PoolError
    from tui_nn.compare.record import Group
    from tui_nn.compare.results import Result, Results
    from tui_nn.compare.standing import Standing, Standings
    from tui_nn.compare.summary import Spread, Summary, band, summarise
    from tui_nn.compare.vary import PlanError, Variation

__all__ = [
    "Background",
    "Cell",
    "Cluster",
    "Comparison",
    "Cores",
    "Group",
    "Plan",
    "PlanError",
    "Pool",
    "PoolError",
    "Result",
    "Results",
    "Spread",
    "Standing",
    "Standings",
    "Summary",
    "Variation",
    "band",
    "summarise",
]

_HOMES = {
    "Background": "background",
    "Comparison": "comparison",
    "Cell": "plan",
    "Plan": "plan",
    "Cluster": "pools",
    "Cores": "pools",
    "Pool": "pools",
    "PoolError": "pools",
    "Group": "record",
    "Result": "results",
    "Results": "results",
    "Spread": "summary",
    "Standing": "standing",
    "Standings": "standing",
    "Summary": "summary",
    "band": "summary",
    "summarise": "summary",
    "PlanError": "vary",
    "Variation": "vary",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"tui_nn.compare.{_HOMES[name]}"), name)
    raise AttributeError(f"module tui_nn.compare has no attribute {name}")
