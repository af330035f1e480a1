"""Programs that are forked from a process that has imported all they need: to import that takes a
second of a core for a run and its worker, which was a quarter of the time of the tests.

What is forked is our child as if it had been started, with the arguments, the environment, the
folder and the ends that it was given; nothing is in it but the imports, and it runs as `__main__`
and ends as any. Where an interpreter would read something else when it starts than it did here, and
in tests marked `cold_start`, programs are started as users do it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import gc
import importlib
import os
import pickle
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

PR_SET_CHILD_SUBREAPER = 36  # of Linux: orphans among our descendants become our children
INTERPRETER = sys.executable
start_cold = subprocess._fork_exec  # type: ignore[attr-defined]


def read_at_start(environment: Mapping[bytes, bytes]) -> set[tuple[bytes, bytes]]:
    """What is read before a program's first line."""
    names = (b"PYTHON", b"LC_", b"LANG", b"TZ", b"TEXTUAL")
    return {variable for variable in environment.items() if variable[0].startswith(names)}


class Nursery:
    """A process that forks programs; its `start` stands for what `subprocess` starts them by."""

    def __init__(self) -> None:
        self._read = read_at_start(os.environb)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = threading.Lock()
        self._started: list[int] = []
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.PIPE,  # ends that can't be rewound can stand for any
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )

    def start(self, *how: Any) -> int:
        """The number of a new process."""
        request = as_request(self._read, *how)
        if request is None:
            return start_cold(*how)  # type: ignore[no-any-return]
        prctl = ctypes.CDLL(None).prctl
        with self._asking:
            prctl(PR_SET_CHILD_SUBREAPER, 1)
            socket.send_fds(self._line, *request)
            answer = self._line.recv(64)
            prctl(PR_SET_CHILD_SUBREAPER, 0)  # the orphans of other tests are none of ours
        assert answer, self._process.communicate()
        self._started.append(int(answer))
        return int(answer)

    def end_all(self) -> None:
        """End what a test that failed has left: a run would use a core until all tests are done."""
        while self._started:
            with contextlib.suppress(ChildProcessError):  # it has been waited for
                pid, still = self._started.pop(), os.WEXITED | os.WNOHANG | os.WNOWAIT
                if os.waitid(os.P_PID, pid, still) is None:
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        self._line.close()
        self._process.communicate()


def as_request(
    read: set[tuple[bytes, bytes]], arguments: Sequence[Any], *how: Any
) -> tuple[list[bytes], list[int]] | None:
    """A message and the ends that go with it, or None where a program must be started."""
    match [*map(os.fsdecode, arguments)]:
        case [program, "-P" as option, "-m", module, *words]:
            pass
        case [program, "-m" as option, module, *words]:
            pass
        case _:
            return None
    _, _, kept, folder, variables, stdin, _, _, stdout, _, stderr, _, fault, _, session = how[:15]
    environment = dict(os.environb)
    if variables is not None:
        environment = dict(variable.split(b"=", 1) for variable in variables)
    first = how[-2]  # preexec_fn
    if (
        program != INTERPRETER
        or module.partition(".")[0] != "tui_nn"
        or read_at_start(environment) != read
        or not isinstance(first, functools.partial | None)
    ):
        return None
    others = [number for number in kept if number != fault]
    ends = [own if end < 0 else end for own, end in enumerate((stdin, stdout, stderr))]
    folders = folder or os.getcwd(), option == "-P"
    message = module, words, *folders, environment, others, session, first
    return [pickle.dumps(message)], ends + others


def nurse(line: socket.socket) -> str:
    """Fork a program for each request, until there is nobody to ask: its module. It has no parent
    but the one that asked: what stands between the two ends before the answer."""
    while True:
        message, ends, *_ = socket.recv_fds(line, 1 << 17, 64)
        if not message:
            os._exit(0)
        read, write = os.pipe()
        if between := os.fork():
            os.close(write)
            os.waitpid(between, 0)
            line.send(os.read(read, 64))
            for end in (*ends, read):
                os.close(end)
            continue
        if pid := os.fork():
            os.write(write, str(pid).encode())
            os._exit(0)
        return become(message, ends)


def become(message: bytes, ends: list[int]) -> str:
    """Take along what a program would that is started like this: its module."""
    module, words, folder, safe, environment, others, session, first = pickle.loads(message)
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 512) for end in ends]
    os.closerange(3, 512)
    for number, end in zip((0, 1, 2, *others), ends, strict=True):
        os.dup2(end, number)
        os.close(end)
    if session and os.getsid(0) != os.getpid():
        os.setsid()
    if first:
        first()
    os.chdir(folder)
    os.environb.clear()
    os.environb.update(environment)
    sys.argv[1:] = words
    if not safe:
        sys.path.insert(0, folder)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=stream is sys.stderr or stream.isatty())
    return with_spare() if module == "tui_nn" else module


def with_spare() -> str:
    """The program, with a child that becomes the first one that it starts: its worker."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if pid := os.fork():
        theirs.close()
        read = read_at_start(os.environb)

        def start(*how: Any) -> int:
            request = as_request(read, *how)
            if request is None or ours.fileno() < 0:
                return start_cold(*how)  # type: ignore[no-any-return]
            with ours:
                socket.send_fds(ours, *request)
            return pid

        subprocess._fork_exec = start  # type: ignore[attr-defined]
        return "tui_nn"
    os.setsid()  # what is sent to the program's group is not for it
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2, ours.fileno()):
        os.dup2(nothing, number)
    message, ends, *_ = socket.recv_fds(theirs, 1 << 17, 64)
    if not message:
        os._exit(0)
    return become(message, ends)


def main() -> None:
    import tui_nn.cli
    import tui_nn.hosting.host
    import tui_nn.session.worker
    import tui_nn.ui.app

    for command in pkgutil.iter_modules(tui_nn.cli.__path__, "tui_nn.cli."):
        importlib.import_module(command.name)
    gc.freeze()
    module = nurse(socket.socket(fileno=int(sys.argv[1])))
    if module != "tui_nn":
        sys.modules.pop(module)  # it runs anew, as the main one
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
