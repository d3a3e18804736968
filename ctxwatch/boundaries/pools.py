"""`multiprocessing.pool`: `ThreadPool` and `Pool`, their tasks and their callbacks.

Handed over: a function and its arguments, and the callbacks for their result.
Origin: the making of the result object, which every way of handing work to a pool
does first, in the thread that hands over. A task is known by the number of its
result. Arrival: the pool's function ``worker`` is given queues that tell which
task they give out; the task is over when the worker gives its result back. The
thread that takes the results in does the same, for the callbacks. The program's
functions stay what they are, so that they are pickled as ever.

To another process the crossing travels behind the pickled task. A child's lost spans
are judged at once, as its pool may end it at any moment; those under a span that it was
forked with go home behind its results.

Skipped: an iterable that is handed to `imap`, and read by a thread of the pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from ctxwatch import crossings, current, patching
from ctxwatch.boundaries import homecoming, trailers
from ctxwatch.boundaries.packing import pack, unpack
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_KEY = "_ctxwatch_crossing"
_NAMES = (
    *("apply", "apply_async", "map", "map_async", "starmap", "starmap_async"),
    *("imap", "imap_unordered"),
)


def _calls(pool: str) -> Calls:
    names = {("multiprocessing/pool.py", name): f"{pool}.{name}" for name in _NAMES}
    return Calls(names)


THREAD_CALLS = _calls("ThreadPool")
PROCESS_CALLS = _calls("Pool")

_submit = Probe("multiprocessing.pool.Pool.apply_async")
_run = Probe("multiprocessing.pool.worker")
_results = Probe("multiprocessing.pool.Pool callback")

#: The results that are waited for, by their number, which is unique in its process.
_awaited: WeakValueDictionary[int, Any] = WeakValueDictionary()


def _is_thread_pool(pool: Any) -> bool:
    return not hasattr(pool._inqueue, "_writer")


def _patch_result_init(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, pool: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, pool, *args, **kwargs)
        if _submit.on:
            try:
                _depart(self, pool)
            except Exception:  # the program must not notice
                _submit.failed()

    return __init__


def _depart(result: Any, pool: Any) -> None:
    threads = _is_thread_pool(pool)
    crossing = crossings.depart(
        Kind.ITEM,
        "ThreadPool.apply_async" if threads else "Pool.apply_async",
        THREAD_CALLS if threads else PROCESS_CALLS,
        depth=2,
        variant="" if threads else "process",
    )
    if crossing is not None:
        vars(result)[_KEY] = crossing
        _awaited[result._job] = result


def _hand_over_of(task: Any) -> Crossing | None:
    result = _awaited.get(task[0])
    return None if result is None else vars(result).get(_KEY)


def _behind(task: Any) -> tuple[Any, ...] | None:
    """What goes behind the pickle of *task*: the crossing that handed it over."""
    crossing = _hand_over_of(task) if isinstance(task, tuple) else None
    return None if crossing is None else pack(crossing)


def _pickled(message: Any, behind: tuple[Any, ...]) -> bytes:
    from multiprocessing.reduction import ForkingPickler  # the program has imported it

    return b"".join((ForkingPickler.dumps(message), trailers.of(behind)))


def _unpickled(message: bytes) -> Any:
    import pickle  # which takes two milliseconds, and a program with pools has imported

    return pickle.loads(message)  # noqa: S301 - as the queue, or the connection, itself does


class _Turns:
    """One thread's turns: what it has in hand ends when it asks for the next."""

    __slots__ = ("before", "crossing", "probe")

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.crossing: Crossing | None = None
        self.before: Crossing | None = None

    def end(self) -> None:
        """The thread asks for the next one."""
        crossing, self.crossing = self.crossing, None
        if crossing is not None:
            try:
                crossings.finish(crossing, self.before)
            except Exception:  # the program must not notice
                self.probe.failed()

    def begin(self, crossing: Crossing | None, work: Any) -> None:
        """The thread is about to call *work*, that *crossing* handed over."""
        if crossing is None:
            return
        context = current.bound_context(work)
        span = current.span_here() if context is None else current.span_in_context(context)
        crossings.arrive(crossing, span)
        self.before = crossings.begin(crossing)
        self.crossing = crossing


class _Results:
    """The queue that a worker puts its results into: the task is over before that is seen."""

    def __init__(self, queue: Any, turns: _Turns) -> None:
        self._queue = queue
        self._turns = turns

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def put(self, result: Any) -> None:
        self._turns.end()
        evidence = None
        if _run.on:
            try:
                evidence = homecoming.pack()
            except Exception:  # the program must not notice
                _run.failed()
        if evidence is None:
            self._queue.put(result)
            return
        message = _pickled(result, evidence)
        with self._queue._wlock:
            self._queue._writer.send_bytes(message)


class _Tasks:
    """The queue that a worker takes its tasks from, and what is done for one of them."""

    def __init__(self, queue: Any, turns: _Turns) -> None:
        self._queue = queue
        self._turns = turns
        self._is_pipe = hasattr(queue, "_writer")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def get(self) -> Any:
        self._turns.end()
        message: bytes | None = None
        if self._is_pipe:
            with self._queue._rlock:
                message = self._queue._reader.recv_bytes()
            task = _unpickled(message)
        else:
            task = self._queue.get()
        if _run.on and task is not None:
            try:
                if message is None:
                    crossing = crossings.again(_hand_over_of(task))
                else:
                    packed = trailers.read(message)
                    crossing = None if packed is None else unpack(packed)
                self._turns.begin(crossing, task[2])
            except Exception:  # the program must not notice
                _run.failed()
        return task


def _patch_worker(original: Callable[..., None]) -> Callable[..., None]:
    def worker(inqueue: Any, outqueue: Any, *args: Any, **kwargs: Any) -> None:
        turns = _Turns(_run)
        original(_Tasks(inqueue, turns), _Results(outqueue, turns), *args, **kwargs)

    return worker


def _patch_setup_queues(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def _setup_queues(self: Any) -> None:
        original(self)
        if _submit.on:
            try:
                threads = _is_thread_pool(self)
                receive = self._quick_get if threads else _receiving(self._outqueue._reader)
                self._quick_get = _taking(receive)
                if not threads:
                    self._quick_put = _sending(self._quick_put, self._inqueue._writer)
            except Exception:  # the program must not notice
                _submit.failed()

    return _setup_queues


def _sending(send: Callable[[Any], None], writer: Any) -> Callable[[Any], None]:
    def put(task: Any) -> None:
        behind = None
        if _submit.on:
            try:
                behind = _behind(task)
            except Exception:  # the program must not notice
                _submit.failed()
        if behind is None:
            send(task)
        else:
            writer.send_bytes(_pickled(task, behind))

    return put


def _receiving(reader: Any) -> Callable[[], Any]:
    def receive() -> Any:
        message = reader.recv_bytes()
        result = _unpickled(message)
        if _results.on:
            try:
                evidence = trailers.read(message)
                if evidence is not None:
                    homecoming.arrive(evidence)
            except Exception:  # the program must not notice
                _results.failed()
        return result

    return receive


def _taking(receive: Callable[[], Any]) -> Callable[[], Any]:
    turns = _Turns(_results)

    def get() -> Any:
        turns.end()
        task = receive()
        if _results.on and task is not None:
            try:
                _note_callback(turns, task)
            except Exception:  # the program must not notice
                _results.failed()
        return task

    return get


def _note_callback(turns: _Turns, task: Any) -> None:
    result = _awaited.get(task[0])
    if result is None:
        return
    succeeded = task[2][0]
    callback = getattr(result, "_callback" if succeeded else "_error_callback", None)
    if callback is not None:
        crossing = vars(result).get(_KEY)
        turns.begin(crossings.again(crossing, variant="callback"), callback)


def _install(module: ModuleType) -> None:
    patching.patch(module.ApplyResult, "__init__", _patch_result_init)
    patching.patch(module.IMapIterator, "__init__", _patch_result_init)
    patching.patch(module.Pool, "_setup_queues", _patch_setup_queues)
    patching.patch(module.ThreadPool, "_setup_queues", _patch_setup_queues)
    patching.patch(module, "worker", _patch_worker)


PROBES = {"multiprocessing.pool": _install}
