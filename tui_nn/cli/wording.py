"""cyclopts' errors in our words."""

from __future__ import annotations

from cyclopts import App, ArgumentCollection, CycloptsError
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from tui_nn.settings import Settings, allowed, flag_of, nearest, short_text


def wording(error: CycloptsError, app: App) -> str:
    """The option, what is wrong with it, and the nearest name that there is."""
    if isinstance(error, UnknownOptionError):
        option = (error.token.keyword or error.token.value).split("=")[0]
        return f"{option}: no such option{_hint(option, error, app)}"
    if isinstance(error, (UnusedCliTokensError, UnknownCommandError)) and error.unused_tokens:
        word = error.unused_tokens[0]
        for name in error.command_chain or ():
            app = app[name]
        commands = [name for name in app if not name.startswith("-")]
        if error.command_chain and not commands:
            return f"{word}: {error.command_chain[0]} takes options only"
        if word in commands:
            return f"{word}: a command comes before the options"
        return f"{word}: no such command{nearest(word, commands)}"
    if isinstance(error, MissingArgumentError) and error.argument:
        option = error.keyword or error.argument.name
        names = {flag_of(name): name for name in Settings.model_fields}
        setting = names.get(error.argument.name)
        if (error.argument.parameter.metavar or "").startswith("FILE"):
            return f"{option}: needs the name of a file"
        return f"{option}: needs a value" + (f", {allowed(setting)}" if setting else "")
    if isinstance(error, RepeatArgumentError):
        return f"{error.token.keyword}: given twice"
    if isinstance(error, CoercionError) and error.token:  # all options but switches are text
        return f"{error.token.keyword} {short_text(error.token.value)}: a switch takes no value"
    return " ".join(str(error).split())


def _hint(option: str, error: UnknownOptionError, app: App) -> str:
    known = _names(error.argument_collection)
    if f"-{option}" in known:  # -lr for --lr
        return f"; did you mean -{option}?"
    for where, command in (("tui-nn train", app["train"]), ("the dashboard", app)):
        if option in _names(command.assemble_argument_collection()):
            return f" here; {where} has it"
    return nearest(option, known)


def _names(arguments: ArgumentCollection) -> list[str]:
    return [name for argument in arguments for name in argument.names]
