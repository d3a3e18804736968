"""Renders and writes what level debug has to say off the program's path, where that is safe.

What comes in waits in a bounded queue, in order. A thread of our own renders and
writes it, at most a moment later. It is there only while the program itself runs a loop
or more than one thread, ends when there is nothing to do, and stands aside for
every fork: so a program with one thread keeps having one, and forks without a warning.
Where there is no such thread, records are written by whoever puts them in.

That is also so in processes that were forked or that multiprocessing has started. They
are ended by ``os._exit`` or a signal in the midst of their work, and what waited then would be
lost. In any other process `Writer.close` comes first, unless the program calls ``os._exit``
or is killed: then the last `INTERVAL` is missing.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the public one costs a millisecond
import _thread
import os
import time
from collections import deque
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any

from ctxwatch import control, current
from ctxwatch.guard import Probe
from ctxwatch.reporter.process import is_multiprocessing_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxwatch.reporter.sink import Sink

#: Records that wait at a time. What comes while there are so many is dropped, and counted.
MOST_WAITING = 10_000
#: Seconds between two looks of the thread, and after how many vain ones it ends.
INTERVAL = 0.02
VAIN_LOOKS = 50
#: Seconds that a caller waits for the thread where that makes no progress: its pipe may be full.
PATIENCE = 1.0

_probe = Probe("debug writer")
# gevent puts functions of its own in their place, which make and block greenlets.
_start_new_thread = _thread.start_new_thread
_allocate_lock = _thread.allocate_lock
_RLock = _thread.RLock
_IMPORTED_IN = os.getpid()


class Writer:
    """What is to be written to *sink*, in the order in which it comes.

    An entry is a function that renders a record, and what it is called with: nothing
    that may change in the meantime. `dropped` counts the records for which there
    was no room; *told* is called with it, from time to time.
    """

    #: Seconds between two calls of *told*.
    TELL_AFTER = 60

    def __init__(self, sink: Sink, told: Callable[[int], None]) -> None:
        self._sink = sink
        self._told = told
        self._told_dropped = 0
        self._next_telling = 0.0
        # A program that has patched threads away has no use for one.
        can_start = isinstance(_start_new_thread, BuiltinFunctionType)
        self._at_once = not can_start or os.getpid() != _IMPORTED_IN
        self._begin()

    def _begin(self) -> None:
        self.dropped = 0
        self._told_dropped = 0
        self._waiting: deque[tuple[Callable[..., str], tuple[Any, ...]]] = deque()
        # Reentrant: a signal handler or a finalizer may have something to write as well.
        self._writing = _RLock()
        self._busy = False
        #: Held while the thread is started, ends, or `dropped` changes.
        self._state = _RLock()
        self._running = False
        self._stopping = False
        self._native_id = 0
        self._wake = _allocate_lock()
        self._wake.acquire()

    def put(self, render: Callable[..., str], *values: Any) -> None:
        """Have ``render(*values)`` written, off the caller's path if that is safe."""
        if not self._running and not self._may_start():
            self.write(render, *values)
            return
        if len(self._waiting) >= MOST_WAITING:
            with self._state:
                self.dropped += 1
            return
        self._waiting.append((render, values))
        if not self._running:  # which is read after the append: see `_ends`
            self._start()

    def write(self, render: Callable[..., str], *values: Any) -> None:
        """Have ``render(*values)`` written now, after all that was put in before."""
        control.look()
        self._waiting.append((render, values))
        self.flush()

    def flush(self) -> None:
        """Write what waits. Where somebody else is stuck in writing, that is left to them."""
        if not self._writing.acquire(timeout=PATIENCE):
            return
        try:
            if not self._busy:  # else this is a signal handler amid the loop in `_drain`
                self._drain()
        finally:
            self._writing.release()

    def close(self) -> None:
        """Write what waits, and from now on everything at once: the end is near."""
        self._at_once = True
        self._stop()
        self.flush()
        if self.dropped > self._told_dropped:
            self._tell()

    def before_fork(self) -> None:
        """Leave nothing that the child could write again, and no thread to warn of."""
        self._stop()
        if self._waiting:
            self.flush()

    def after_fork(self) -> None:
        """Begin anew in the child: the parent's records are the parent's."""
        self._at_once = True
        self._begin()

    def _may_start(self) -> bool:
        if self._at_once or not (_thread._count() or current.in_event_loop()):
            return False
        if is_multiprocessing_child():
            self._at_once = True
            return False
        return True

    def _drain(self) -> None:
        """Render what waits, and write it in portions, which lets other threads run."""
        self._busy = True
        try:
            waiting = self._waiting
            while waiting:
                lines: list[str] = []
                room = self._sink.portion
                while waiting and room > 0:
                    render, values = waiting.popleft()
                    try:
                        line = render(*values)
                    except Exception:
                        with self._state:
                            self.dropped += 1
                        _probe.failed()
                        continue
                    lines.append(line)
                    room -= len(line)
                self._sink.write(*lines)
        finally:
            self._busy = False

    def _start(self) -> None:
        with self._state:
            if self._running:
                return
            if not self._at_once:
                self._running = True
                self._stopping = False
                self._native_id = 0
                try:
                    _start_new_thread(self._run, ())
                except RuntimeError:  # no more threads, or the interpreter is about to end
                    self._running = False
                    self._at_once = True
        if not self._running:
            self.flush()

    def _run(self) -> None:
        try:
            if hasattr(_signal, "pthread_sigmask"):  # signals are for the program's threads
                _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())
            self._native_id = _thread.get_native_id()
            vain = 0
            while not self._ends(vain):
                self._wake.acquire(timeout=INTERVAL)
                control.look()
                vain = 0 if self._waiting else vain + 1
                self.flush()
                if self.dropped > self._told_dropped and time.monotonic() >= self._next_telling:
                    self._tell()
        except Exception:
            self._running = False
            _probe.failed()

    def _ends(self, vain: int) -> bool:
        """Whether the thread is to end. Who puts a record in sees that, or it is seen here."""
        if vain < VAIN_LOOKS and not self._stopping:
            return False
        with self._state:
            self._running = False
            if self._waiting and not self._stopping:
                self._running = True
                return False
        return True

    def _tell(self) -> None:
        self._next_telling = time.monotonic() + self.TELL_AFTER
        self._told_dropped = self.dropped
        self._told(self.dropped)

    def _stop(self) -> None:
        """End the thread, and wait until it is gone."""
        with self._state:
            if self._running:
                self._stopping = True
                if self._wake.locked():
                    self._wake.release()
        left = len(self._waiting)
        deadline = time.monotonic() + PATIENCE
        while self._is_there() and time.monotonic() < deadline:
            if len(self._waiting) != left:  # it is not stuck
                left = len(self._waiting)
                deadline = time.monotonic() + PATIENCE
            current.pause(0.000_1)

    def _is_there(self) -> bool:
        """Whether the thread lives. Linux counts threads in `os.fork`, so it is asked as well."""
        if self._running:
            return self._native_id != _thread.get_native_id()
        if self._native_id and os.path.exists(f"/proc/self/task/{self._native_id}"):
            return True
        self._native_id = 0
        return False
