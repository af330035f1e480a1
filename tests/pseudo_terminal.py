"""Programs on a pseudo-terminal of their own."""

import fcntl
import functools
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping


def on_terminal(
    *arguments: str, columns: int = 120, lines: int = 40, environ: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], int]:
    """`tui-nn` with a terminal that controls it, and our end of that."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-m", "tui_nn", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"} if environ is None else environ,
        preexec_fn=functools.partial(os.login_tty, 0),
    )
    os.close(theirs)
    return program, ours
