"""The errors that end the program with a line of text, and cyclopts' errors in our words."""

from __future__ import annotations

from collections.abc import Iterable

from cyclopts import CycloptsError
from cyclopts.exceptions import (
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from tui_nn.settings import Settings, allowed, flag_of, nearest


class UsageError(Exception):
    """A wrong option (exit code 2); the message says what is allowed."""


class RunError(Exception):
    """A run, or the saving of one, that failed (exit code 1)."""


def wording(error: CycloptsError, commands: Iterable[str]) -> str:
    """The option, what is wrong with it, and the nearest name that there is."""
    if isinstance(error, UnknownOptionError):
        option = (error.token.keyword or error.token.value).split("=")[0]
        known = [name for argument in error.argument_collection for name in argument.names]
        # -lr for --lr: the difference of a dash is the nearest of all.
        hint = f"; did you mean -{option}?" if f"-{option}" in known else nearest(option, known)
        return f"{option}: no such option{hint}"
    if isinstance(error, (UnusedCliTokensError, UnknownCommandError)) and error.unused_tokens:
        word = error.unused_tokens[0]
        if error.command_chain:
            return f"{word}: {error.command_chain[0]} takes options only"
        if word in commands:
            return f"{word}: a command comes before the options"
        return f"{word}: no such command{nearest(word, commands)}"
    if isinstance(error, MissingArgumentError) and error.argument:
        option = error.keyword or error.argument.name
        names = {flag_of(name): name for name in Settings.model_fields}
        setting = names.get(error.argument.name)
        return f"{option}: needs a value" + (f", {allowed(setting)}" if setting else "")
    if isinstance(error, RepeatArgumentError):
        return f"{error.token.keyword}: given twice"
    return " ".join(str(error).split())
