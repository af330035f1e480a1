"""The network and its training. NumPy and the standard library only; no I/O, no clock."""
