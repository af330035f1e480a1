"""tui-nn: watch a neural network, written from scratch in NumPy, learn in the terminal."""

__version__ = "0.1.0"
