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
"""

from tui_nn.compare.comparison import Comparison
from tui_nn.compare.plan import Cell, Plan
from tui_nn.compare.pools import Cluster, Cores, Pool, PoolError
from tui_nn.compare.record import Group
from tui_nn.compare.results import Result, Results
from tui_nn.compare.summary import Spread, Summary, band, summarise
from tui_nn.compare.vary import PlanError, Variation

__all__ = [
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
    "Summary",
    "Variation",
    "band",
    "summarise",
]
