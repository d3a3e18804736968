"""Memory object streams of anyio and memory channels of trio.

Handed over: an item. Origin: `send_nowait`, which `send` calls first, in the task
that sends. Arrival: `receive_nowait`, which `receive` calls first, in the task that
receives. The item is neither wrapped nor replaced: as with queues, the origins stand
beside the items, in the state that all clones of a stream share.

Two ways lead past these methods. An item that does not fit waits with its sender
until a `receive_nowait` takes it from there: the origin is kept by the task that
`send_nowait` turned away. An item for a receiver that waits already is given to
it directly: trio says to which task, and with anyio the receiver reads it from a
`_MemoryObjectItemReceiver` when it goes on.

The work on an item lasts until its task asks for the next one, or ends. Skipped:
versions of anyio without `_MemoryObjectItemReceiver` (before 4.4).
"""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from ctxwatch import current, items, patching
from ctxwatch.boundaries.queues import Ledger, note_get, put_by_unit_here
from ctxwatch.guard import Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ctxwatch.model import Crossing


class Library(NamedTuple):
    """What a library calls the parts of a stream's state.

    `gives_to_task` says that what stands for a waiting receiver is its task, and that
    `send_nowait` gives it the item.
    """

    boundary: str
    items: str
    senders: str
    receivers: str
    gives_to_task: bool


_ANYIO = Library(
    "anyio.MemoryObjectSendStream.send",
    "buffer",
    "waiting_senders",
    "waiting_receivers",
    gives_to_task=False,
)
_TRIO = Library(
    "trio.MemorySendChannel.send",
    "data",
    "send_tasks",
    "receive_tasks",
    gives_to_task=True,
)

_send = Probe("stream.send")
_receive = Probe("stream.receive")


class Stream(Ledger):
    """The origins of the items in one stream, and of those that wait with their senders."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        super().__init__()
        #: By the task whose item did not fit: the item's id, and its crossing.
        self.waiting: WeakKeyDictionary[Any, tuple[int, Crossing | None]] = WeakKeyDictionary()

    def turned_away(self, item: object, boundary: str) -> None:
        """The running task is going to wait with *item*, as there is no room for it."""
        crossing = put_by_unit_here(self, boundary, depth=3)
        task = current.running_task()
        if task is not None and not self.shared:
            self.waiting[task] = id(item), crossing

    def let_in(self, item: object) -> None:
        """*item* comes in, from a task that waited with it. Which one, its id must say."""
        candidates = [task for task, (known, _) in self.waiting.items() if known == id(item)]
        origins = {self.waiting.pop(task)[1] for task in candidates}
        self.put(item, origins.pop() if len(origins) == 1 else None)


#: The streams by the ids of the states that their clones share. Those of trio have no
#: room for more, and no hash.
_streams: dict[int, tuple[weakref.ref[Any], Stream]] = {}


def _stream(state: Any) -> Stream:
    found = _streams.get(id(state))
    if found is None:
        key = id(state)
        alive = weakref.ref(state, lambda _: _streams.pop(key, None))
        found = _streams[key] = alive, Stream()
    return found[1]


def _by_send() -> bool:
    """Whether the patched method is called by `send`, which waits when there is no room."""
    return sys._getframe(2).f_code.co_name == "send"


def _patch_send(library: Library) -> Callable[..., Any]:
    def make(original: Callable[..., None]) -> Callable[..., None]:
        # What anyio calls an item is a value to trio: it may come by either name.
        def send_nowait(self: Any, *args: Any, **kwargs: Any) -> None:
            receiver = None
            if _send.on:
                try:
                    (item,) = (*args, *kwargs.values())
                    state = self._state
                    receiver = next(iter(getattr(state, library.receivers)), None)
                    is_full = len(getattr(state, library.items)) >= state.max_buffer_size
                    if is_full and receiver is None and _by_send():
                        _stream(state).turned_away(item, library.boundary)
                except Exception:
                    _send.failed()
            original(self, *args, **kwargs)
            if _send.on:
                try:
                    (item,) = (*args, *kwargs.values())
                    task = receiver if library.gives_to_task else None
                    _note_send(_stream(self._state), library.boundary, item, task)
                except Exception:
                    _send.failed()

        return send_nowait

    return make


def _note_send(stream: Stream, boundary: str, item: object, receiver: Any) -> None:
    """*item* is in *stream*, or, where that is known to wait, with the task *receiver*."""
    crossing = put_by_unit_here(stream, boundary, depth=3)
    if stream.shared:
        return
    if receiver is None:
        stream.put(item, crossing)
        return
    stream.consumers.add(id(receiver))
    items.hand(stream, crossing, receiver, current.span_in_context(receiver.context))


def _patch_receive(library: Library) -> Callable[..., Any]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def receive_nowait(self: Any) -> Any:
            if _receive.on:
                try:
                    stream = _stream(self._state)
                    items.finish(stream)
                    _let_in_first(stream, getattr(self._state, library.senders))
                except Exception:
                    _receive.failed()
            item = original(self)
            if _receive.on:
                try:
                    note_get(_stream(self._state), item)
                except Exception:
                    _receive.failed()
            return item

        return receive_nowait

    return make


def _let_in_first(stream: Stream, senders: dict[Any, Any]) -> None:
    if senders and not stream.shared:
        stream.let_in(senders[next(iter(senders))])


def _get_item(receiver: Any) -> Any:
    try:
        item = vars(receiver)["item"]
    except KeyError:
        raise AttributeError("item") from None
    if _receive.on and sys._getframe(1).f_code.co_name == "receive":
        try:
            state = sys._getframe(1).f_locals["self"]._state
            note_get(_stream(state), item)
        except Exception:
            _receive.failed()
    return item


def _set_item(receiver: Any, item: Any) -> None:
    vars(receiver)["item"] = item


def _install_anyio(module: ModuleType) -> None:
    receiver = getattr(module, "_MemoryObjectItemReceiver", None)
    if receiver is None or not hasattr(receiver, "__dict__"):
        return
    patching.patch(module.MemoryObjectSendStream, "send_nowait", _patch_send(_ANYIO))
    patching.patch(module.MemoryObjectReceiveStream, "receive_nowait", _patch_receive(_ANYIO))
    patching.add(receiver, "item", cast("Any", property(_get_item, _set_item)))


def _install_trio(module: ModuleType) -> None:
    protected = module.enable_ki_protection

    def protect(make: Callable[..., Any]) -> Callable[..., Any]:
        # Control-C must not come between an item and its receiver.
        return lambda original: protected(make(original))

    patching.patch(module.MemorySendChannel, "send_nowait", protect(_patch_send(_TRIO)))
    patching.patch(module.MemoryReceiveChannel, "receive_nowait", protect(_patch_receive(_TRIO)))


PROBES = {"anyio.streams.memory": _install_anyio, "trio._channel": _install_trio}
