"""Side by side: the engine, textbook NumPy loops, and the peers that are installed.

`works()` are the kinds of steps with their contestants, `measure(work)` lets these take turns.
Needs the engine only; PyTorch, scikit-learn, JAX and Node take part where they are installed.
"""

from tui_nn.bench.measure import OURS, Result, Work, measure
from tui_nn.bench.works import INSTALLED, works

__all__ = ["INSTALLED", "OURS", "Result", "Work", "measure", "works"]
