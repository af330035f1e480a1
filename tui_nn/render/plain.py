"""Text that others wrote, made fit for a terminal."""

from tui_nn.datasets.plain import plain

__all__ = ["plain"]
