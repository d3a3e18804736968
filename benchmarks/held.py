"""Things that stay alive beside what is measured: tasks, threads, lines, open spans, hops.

`hold` sees to it that there are so many of a kind, `cpu_beside` runs hand-offs beside them.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from types import FunctionType
from typing import TYPE_CHECKING, Any

import usage
import workloads
from opentelemetry import context, trace
from workloads import async_work, loop, pool, tracer

if TYPE_CHECKING:
    from collections.abc import Callable

_held: list[Any] = []


async def _tasks(n: int) -> None:
    async def wait() -> None:
        await forever

    forever = loop.create_future()
    _held.extend([asyncio.create_task(wait()) for _ in range(n)])
    await asyncio.sleep(0)


def _threads(n: int) -> None:
    forever = threading.Event()
    for _ in range(n):
        thread = threading.Thread(target=forever.wait, daemon=True)
        thread.start()
        _held.append(thread)


def _from_a_line() -> asyncio.Task[None]:
    return asyncio.create_task(async_work())


async def _lines(n: int) -> None:
    """Each line is a copy of one function's code, and hands over once, to be known."""
    for _ in range(n):
        line = FunctionType(_from_a_line.__code__.replace(), globals())
        _held.append(line)
        await line()


async def _from_lines(n: int) -> None:
    step = max(1, len(_held) // n)
    for number in range(n):
        await _held[number * step % len(_held)]()


def _spans(n: int) -> None:
    for _ in range(n):
        parent = _held[-1] if _held else trace.get_current_span()
        _held.append(tracer.start_span("step", context=trace.set_span_in_context(parent)))


async def _under_open_spans(n: int) -> None:
    token = context.attach(trace.set_span_in_context(_held[-1]))
    for _ in range(n):
        with tracer.start_as_current_span("step"):
            await asyncio.create_task(async_work())
    context.detach(token)


class _Hops:
    """A task that makes the next one, which makes the next one, and so on."""

    def __init__(self) -> None:
        self.left = 0
        self.reached = loop.create_future()
        self.go: asyncio.Future[None] | None = None
        self.latest: asyncio.Task[None] | None = None

    async def hop(self) -> None:
        if self.left == 0:
            self.go = loop.create_future()
            self.reached.set_result(None)
            await self.go
        self.left -= 1
        self.latest = asyncio.create_task(self.hop())

    async def on(self, n: int) -> None:
        """*n* more of them."""
        self.left = n
        self.reached = loop.create_future()
        if self.go is None:
            self.latest = asyncio.create_task(self.hop())
        else:
            self.go.set_result(None)
        await self.reached


class _LostHops:
    """A pool's item that submits the next one, all without the context that the first one lost."""

    def __init__(self) -> None:
        self.left = 0
        self.reached = threading.Event()
        self.go = threading.Semaphore(0)
        self.begun = False

    def hop(self) -> None:
        if self.left == 0:
            self.reached.set()
            self.go.acquire()
        self.left -= 1
        pool.submit(self.hop)

    def on(self, n: int) -> None:
        """*n* more of them."""
        self.left = n
        self.reached.clear()
        if self.begun:
            self.go.release()
        else:
            self.begun = True
            pool.submit(self.hop)
        self.reached.wait()


_hops = _Hops()
_lost_hops = _LostHops()

#: What is held, how more of it is made, and what is measured beside it.
_KINDS: dict[str, tuple[Callable[[int], Any], Callable[[int], Any]]] = {
    "tasks": (_tasks, workloads.create_task),
    "threads": (_threads, workloads.submit),
    "lines": (_lines, _from_lines),
    "spans": (_spans, _under_open_spans),
    "hops": (_hops.on, _hops.on),
    "lost_hops": (_lost_hops.on, _lost_hops.on),
}


def _run(function: Callable[[int], Any], n: int) -> None:
    workloads.run(workloads.Workload("", function, n), n)


def hold(kind: str, more: int) -> None:
    """Have *more* of *kind* stay alive."""
    _run(_KINDS[kind][0], more)
    gc.collect()  # what was made in a moment here takes a program hours


def cpu_beside(kind: str, n: int) -> int:
    """The nanoseconds of CPU that *n* hand-offs take beside what is held of *kind*."""
    start = usage.cpu()
    _run(_KINDS[kind][1], n)
    return usage.cpu() - start
