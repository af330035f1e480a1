"""The errors that end the program with a line of text, and the exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress


class UsageError(Exception):
    """A wrong option (exit code 2); the message says what is allowed."""


class RunError(Exception):
    """A run, or the saving of one, that failed (exit code 1)."""


def exit_code(command: Callable[[], object]) -> int:
    """Carry out a command; what goes wrong becomes a line of text. Returns the exit code."""
    prepare_streams()
    try:
        code = command()
        sys.stdout.flush()
    except UsageError as error:
        return fail(str(error), 2)
    except RunError as error:
        return fail(str(error), 1)
    except OSError as error:
        if error.errno is None:  # nothing that the system has said
            raise
        # The output can't be written; what is left of it must not be tried again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if error.errno in (errno.EPIPE, errno.EIO):  # the reader, or the terminal, has gone
            return 1
        return fail(f"{error.filename or 'output'}: {error.strerror}", 1)
    return code if isinstance(code, int) else 0


def prepare_streams() -> None:
    """What a locale can't show becomes a question mark; a closed stream takes anything, and has
    nothing."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="replace")


def fail(message: str, code: int) -> int:
    from tui_nn.datasets.plain import plain

    with suppress(OSError):  # nobody may be reading; names in it may come from files
        print("\n".join(map(plain, f"tui-nn: {message}".split("\n"))), file=sys.stderr)
    return code
