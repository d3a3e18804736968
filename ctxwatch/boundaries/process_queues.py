"""`multiprocessing.Queue` and `JoinableQueue`, between processes that are watched.

Handed over: an item. Origin: the append to the buffer that every `put` makes, under
the queue's lock. A feeder thread pickles what is in the buffer, item by item in that
order, and sends it down a pipe; the crossing travels behind the pickle. Arrival: `get`.
The work on an item lasts until its unit asks for the next one, as with the other queues
(see `ctxwatch.boundaries.queues`), and so do the rules for what counts as a consumer.

A pipe holds 64 KiB as a rule, and a child that joins its feeder while nobody reads
ends only if everything fits. So nothing is added once more than a little waits in the
pipe: items that pile up there go unseen.

Skipped: the queues inside executors; `multiprocessing.SimpleQueue`, whose `put` writes
to the pipe itself and would wait sooner; Windows, where nobody can ask a pipe how much
waits in it.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from ctxwatch import current, items, patching, units
from ctxwatch.boundaries import queues, trailers
from ctxwatch.boundaries.packing import pack, unpack
from ctxwatch.guard import Probe
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ctxwatch.model import Crossing

_KEY = "_ctxwatch_ledger"

#: Bytes that may wait in the pipe for something to be added.
_LITTLE = 4_096
#: A longer message is not copied to add something.
_LONGEST = 1_048_576

_put = Probe("multiprocessing.Queue.put")
_get = Probe("multiprocessing.Queue.get")


class _Buffer(deque[Any]):
    """What was put and not yet pickled, and beside each item where it comes from.

    `put` appends under the queue's lock. The feeder takes from the left without it.
    """

    def __init__(self, ledger: queues.Ledger, boundary: str, sentinel: object) -> None:
        super().__init__()
        self._ledger = ledger
        self._boundary = f"{boundary}.put"
        names = ("put", "put_nowait")
        self._calls = Calls({("multiprocessing/queues.py", n): f"{boundary}.{n}" for n in names})
        self._sentinel = sentinel
        self._origins: deque[Crossing | None] = deque()
        #: Where the item comes from that the feeder has in hand.
        self.taken: Crossing | None = None

    def append(self, item: Any) -> None:
        origin: Crossing | None = None
        if _put.on and item is not self._sentinel and len(self) < queues.MOST_QUEUED:
            try:
                origin = queues.put_by_unit_here(self._ledger, self._boundary, self._calls)
            except Exception:  # the program must not notice
                _put.failed()
        self._origins.append(origin)
        super().append(item)

    def popleft(self) -> Any:
        item = super().popleft()
        self.taken = self._origins.popleft()
        return item


class _Receiver:
    """Reads a queue's messages, and keeps for the running thread what was behind the last one."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._behind: dict[int, Crossing | None] = {}

    def __call__(self) -> bytes:
        message = self._receive()
        if _get.on:
            try:
                packed = trailers.read(message)
                self._behind[current.get_ident()] = None if packed is None else unpack(packed)
            except Exception:  # the program must not notice
                _get.failed()
        return message

    def take(self) -> Crossing | None:
        """What was behind the running thread's last message, once."""
        return self._behind.pop(current.get_ident(), None)


def _ledger_of(queue: Any) -> queues.Ledger:
    """The ledger of *queue* in this process: who puts and takes in another is not known."""
    pid, ledger = vars(queue).get(_KEY, (None, None))
    if ledger is None or pid != os.getpid():
        ledger = queues.Ledger()
        vars(queue)[_KEY] = os.getpid(), ledger
    found: queues.Ledger = ledger
    return found


def _is_inside(queue: Any) -> bool:
    return type(queue).__module__.startswith("concurrent.")


def _patch_start_thread(module: ModuleType) -> Callable[..., Any]:
    def make(original: Callable[[Any], None]) -> Callable[[Any], None]:
        def _start_thread(self: Any) -> None:
            if _put.on:
                try:
                    if not _is_inside(self):
                        joinable = isinstance(self, module.JoinableQueue)
                        name = "JoinableQueue" if joinable else "Queue"
                        boundary = f"multiprocessing.{name}"
                        buffer = _Buffer(_ledger_of(self), boundary, module._sentinel)
                        send = _sending(self._writer.send_bytes, buffer, self._reader)
                        self._buffer, self._send_bytes = buffer, send
                except Exception:  # the program must not notice
                    _put.failed()
            original(self)

        return _start_thread

    return make


def _sending(send: Callable[[Any], None], buffer: _Buffer, reader: Any) -> Callable[[Any], None]:
    def send_bytes(message: Any) -> None:
        behind: bytes | None = None
        if buffer.taken is not None:
            try:
                if len(message) <= _LONGEST and _little_waits(reader):
                    behind = trailers.of(pack(buffer.taken))
            except Exception:  # the program must not notice
                _put.failed()
        send(message if behind is None else b"".join((message, behind)))

    return send_bytes


def _little_waits(reader: Any) -> bool:
    """Whether the pipe that *reader* is the end of is all but empty."""
    if sys.platform == "win32":
        return False
    import fcntl
    import termios

    try:
        waiting = fcntl.ioctl(reader.fileno(), termios.FIONREAD, bytes(4))
    except OSError:  # closed
        return False
    return int.from_bytes(waiting, sys.byteorder) <= _LITTLE


def _patch_get(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        receiver: _Receiver | None = None
        if _get.on:
            try:
                receiver = _asked(self)
            except Exception:  # the program must not notice
                _get.failed()
        item = original(self, *args, **kwargs)
        if receiver is not None:
            try:
                ledger = _ledger_of(self)
                ledger.consumers.add(units.unit_id())
                crossing = receiver.take()
                items.take(ledger, None if ledger.shared else crossing)
            except Exception:  # the program must not notice
                _get.failed()
        return item

    return get


def _asked(queue: Any) -> _Receiver | None:
    """The running unit asks *queue* for an item; returns what is going to read it."""
    if _is_inside(queue):
        return None
    items.finish(_ledger_of(queue))
    receiver = queue._recv_bytes
    if not isinstance(receiver, _Receiver):
        receiver = queue._recv_bytes = _Receiver(receiver)
    receiver.take()  # what could not be unpickled
    return receiver


def _install(module: ModuleType) -> None:
    patching.patch(module.Queue, "_start_thread", _patch_start_thread(module))
    patching.patch(module.Queue, "get", _patch_get)


PROBES = {"multiprocessing.queues": _install}
