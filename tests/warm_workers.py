"""Workers that are forked from a process that has imported all they need: a fresh one takes half a
second of a core for that, which was half the time of the dashboard's tests. What is forked is our
child all the same, in a session of its own, and nothing is in it but the imports.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import threading
import traceback
from types import SimpleNamespace
from typing import BinaryIO

PR_SET_CHILD_SUBREAPER = 36  # of Linux: orphans among our descendants become our children


class Nursery:
    """A process that forks workers."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )

    def fork(self, stdin: int, stdout: int, stderr: int) -> int:
        """The number of a new worker, our child, on these ends."""
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        socket.send_fds(self._line, [os.fsencode(os.getcwd())], [stdin, stdout, stderr])
        answer = self._line.recv(64)
        prctl(PR_SET_CHILD_SUBREAPER, 0)  # the orphans of other tests are none of ours
        return int(answer)

    def close(self) -> None:
        self._line.close()
        self._process.wait()

    @property
    def subprocess(self) -> SimpleNamespace:
        """What stands in for the module where workers are started."""
        return SimpleNamespace(
            PIPE=subprocess.PIPE, Popen=lambda *_, **to: Child(self, to["stderr"])
        )


class Child:
    """As much of a `Popen` as a worker's owner needs."""

    def __init__(self, nursery: Nursery, stderr: BinaryIO) -> None:
        self._code: int | None = None
        self._waiting = threading.Lock()
        (read, stdin), (stdout, write) = os.pipe(), os.pipe()
        self.stdin, self.stdout = os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0)
        self.pid = nursery.fork(read, write, stderr.fileno())
        os.close(read)
        os.close(write)

    def wait(self) -> int:
        with self._waiting:  # whoever asks, in whatever thread: it can be waited for once
            if self._code is None:
                self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code


def nurse(line: socket.socket) -> None:
    """Fork a worker for each request, until there is nobody to ask. It has no parent but the one
    that asked: what stands between the two ends before the answer."""
    from tui_nn.session import worker

    while (request := socket.recv_fds(line, 4096, 3))[0]:
        folder, ends, *_ = request
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
        line.close()
        os.setsid()
        os.chdir(folder)
        for number, end in enumerate(ends):
            os.dup2(end, number)
        os.closerange(3, 256)
        worker._SINK = os.dup(1)
        os.dup2(2, 1)
        try:
            worker.main()
        except BrokenPipeError:
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)


if __name__ == "__main__":
    nurse(socket.socket(fileno=int(sys.argv[1])))
