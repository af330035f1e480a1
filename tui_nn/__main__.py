"""`python -m tui_nn` is `tui-nn`."""

from tui_nn.cli import main

main()
