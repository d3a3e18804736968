"""Starts a server on a loopback socket, asks it, and stops it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from support import HANG, environment

HERE = Path(__file__).parent

Answer = dict[str, Any]


class Server(NamedTuple):
    """A server that has been started; it need not have come up yet. `output` is what it says."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def ask(self, path: str) -> Answer:
        """Request *path* over a connection of its own.

        The socket listened before the server was started, so that a request
        that comes too early waits in its queue.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG)
        try:
            with contextlib.closing(connection):
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
        except OSError as error:
            said = self.output.read_text("utf-8", "replace")
            message = f"no answer to {path}: {error!r}; the server said:\n{said}"
            raise AssertionError(message) from error
        assert response.status == http.client.OK, (path, response.status, body)
        answer: Answer = json.loads(body)
        return answer

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANG)

    def ask_both_workers(self, ask: Callable[[], None], directory: Path) -> None:
        """Call *ask* while only one of two workers can answer, then while only the other can."""
        with contextlib.ExitStack() as other_blocked:
            with self.one_worker_blocked(directory / "first"):
                ask()
                other_blocked.enter_context(self.one_worker_blocked(directory / "second"))
            ask()

    @contextlib.contextmanager
    def one_worker_blocked(self, pipe: Path) -> Iterator[None]:
        """Keep the worker that takes the next request busy, so that another takes the rest."""
        os.mkfifo(pipe)
        asking = threading.Thread(target=self.ask, args=(f"/block?pipe={pipe}",))
        asking.start()
        # Both ends of a FIFO wait for the other one: from here on the worker stands still.
        with pipe.open("wb"):
            yield
        asking.join()


@contextlib.contextmanager
def serving(*command: str, watch: tuple[str, ...], output: Path) -> Iterator[Server]:
    """Start ``python -m command`` under ``ctxwatch run`` with *watch*, or alone without.

    ``{fd}`` in *command* is the descriptor of the listening socket. What the
    server says goes to the file *output*.
    """
    launcher = ["-m", "ctxwatch", "run", *watch] if watch else []
    # Only the server keeps the socket: if it dies, requests fail instead of waiting.
    with socket.create_server(("127.0.0.1", 0)) as listening, output.open("wb") as out:
        port, fd = listening.getsockname()[1], listening.fileno()
        process = subprocess.Popen(
            [sys.executable, *launcher, "-m", *(word.format(fd=fd) for word in command)],
            cwd=HERE,
            # gunicorn puts a control socket there, or else into the home directory.
            env=environment(CTXWATCH_STRICT="1", XDG_RUNTIME_DIR=str(output.parent)),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=[fd],
        )
    try:
        yield Server(port, process, output)
    finally:
        process.kill()
        process.wait(HANG)
