"""Which hosts there are, and what each says of its run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tui_nn.hosting.directory import HostError, sockets
from tui_nn.hosting.line import Line


@dataclass(frozen=True)
class Status:
    """What a host says of its run. since: seconds since 1970. attached: the terminals of its
    dashboards; the first one steers."""

    id: str
    name: str
    dataset: str
    status: str
    pace: int | None
    step: int
    train_loss: float
    since: float
    attached: list[str]
    pid: int
    version: str


@dataclass(frozen=True)
class Roster:
    """The hosts that answer, by their sockets, the latest run first; and what is wrong with
    others, a line for each."""

    hosts: dict[Path, Status]
    wrong: list[str]

    def find(self, word: str) -> Path | None:
        """The host of the run whose id is, or begins with, this word; else the latest of this name;
        or of the "latest". HostError: of several."""
        if word == "latest":
            return next(iter(self.hosts), None)
        found = [path for path, run in self.hosts.items() if word and run.id.startswith(word)]
        if len(found) > 1:
            ids = ", ".join(self.hosts[path].id for path in found[:2])
            raise HostError(f"{word}: several runs, as {ids}")
        named = [path for path, run in self.hosts.items() if word and run.name == word]
        return next(iter(found or named), None)

    def only(self) -> Path:
        """The one host that there is. HostError: there are several, or none."""
        if not self.hosts:
            raise HostError("nothing runs without a terminal")
        if len(self.hosts) > 1:
            ids = ", ".join(run.id for run in self.hosts.values())
            raise HostError(f"several runs: {ids}; which one, or latest?")
        return next(iter(self.hosts))


async def roster() -> Roster:
    """Ask all of them at once."""
    paths = list(sockets())
    found = await asyncio.gather(*map(_ask, paths), return_exceptions=True)
    hosts, wrong = [], []
    for path, answer in zip(paths, found, strict=True):
        if isinstance(answer, Status):
            hosts.append((path, answer))
        elif isinstance(answer, HostError):
            wrong.append(str(answer))
        elif isinstance(answer, BaseException):
            raise answer
    return Roster(dict(sorted(hosts, key=lambda host: -host[1].since)), wrong)


async def _ask(path: Path) -> Status:
    line = await Line.to(path)
    try:
        return Status(**await line.ask({"command": "status"}))
    except TypeError:
        raise HostError(f"host {path.stem}: is of another version of tui-nn") from None
    except HostError as error:
        raise HostError(f"host {path.stem}: {error}") from None
    finally:
        line.close()


async def stop(path: Path) -> str:
    """Have a host save its run and end; returns what it says in the end. Raises HostError."""
    line = await Line.to(path)
    try:
        return await line.stop()
    finally:
        line.close()
