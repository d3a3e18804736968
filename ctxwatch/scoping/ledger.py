"""What is open now, by unit: `ctxwatch.scopes`, and the dump that a signal asks for.

The dump is written inside of the signal handler, in the middle of anything. So it takes no lock
of the program's or of the agent's, and copies each table in one step before it reads it.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch import current, lineage, missing, units
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Spot
from ctxwatch.scoping import evidence, runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from ctxwatch.model import Site, Step

_probe = Probe("scopes")
_number: signal.Signals | None = None
_before: Any = None


class OpenScope(NamedTuple):
    """A scope that is open: `steps` are the lines that opened it, `span` what it made current.

    `span.time_ns` is when it was opened, in nanoseconds since the epoch.
    """

    span: Spot
    steps: tuple[Step, ...]


class Unit(NamedTuple):
    """A thread, or an asyncio task in it, with what is attached in it, oldest first.

    `lineage` is the hand-offs that led to it, latest first, where one has lost its context.
    """

    thread_id: int
    thread_name: str | None
    task: str | None
    scopes: tuple[OpenScope, ...]
    lineage: tuple[Crossing, ...] = ()


class OpenSpan(NamedTuple):
    """A span that has started and not ended. `site` is None where it is not known."""

    span: Spot
    started_ns: int
    site: Site | None


def scopes() -> list[Unit]:
    """Every unit in which something is attached: what, by which line, since when.

    Empty while the watch is off. A scope that nobody can detach any more, as its token is
    gone, is left out as soon as its context is.
    """
    found: dict[tuple[int, str | None, int], list[OpenScope]] = {}
    for fields in (*tuple(runtime.abandoned), *tuple(runtime.opened.values())):
        scope = runtime.Scope(*fields)
        context = scope.context()
        if context is None:
            continue
        unit = evidence.opening(scope)[0].unit
        assert unit is not None
        task = None if scope.task is None else scope.task()
        span: Any = context.get(_SPAN_KEY)
        seen = current.spot(span)._replace(
            time_ns=scope.time_ns,
            thread_id=unit.thread_id,
            thread_name=unit.thread_name,
            task=unit.task,
        )
        key = unit.thread_id, unit.task, id(task)
        found.setdefault(key, []).append(OpenScope(seen, evidence.opening(scope)))
    return [
        Unit(thread_id, opened[0].span.thread_name, task, tuple(opened), _lineage(thread_id, task))
        for (thread_id, task, _), opened in found.items()
    ]


def _lineage(thread_id: int, task: str | None) -> tuple[Crossing, ...]:
    if task is not None:
        return ()
    crossing = lineage._threads.get(thread_id)
    return tuple(crossing.chain()) if isinstance(crossing, Crossing) else ()


def dump() -> tuple[list[Unit], list[OpenSpan]]:
    """Every thread and asyncio task of the process, and every span that is open."""
    known = {(unit.thread_id, unit.task): unit for unit in scopes()}
    for ident, thread in tuple(threading._active.items()):  # type: ignore[attr-defined]
        key = ident, None
        if key not in known:
            known[key] = Unit(ident, thread.name, None, (), _lineage(ident, None))
    spans = []
    for task_or_span in _tasks_and_spans():
        if hasattr(task_or_span, "get_loop"):
            unit = _task(task_or_span)
            before = known.get((unit.thread_id, unit.task), unit)
            known[unit.thread_id, unit.task] = before._replace(lineage=unit.lineage)
        else:
            spans.append(_open_span(task_or_span))
    units = sorted(known.values(), key=lambda unit: (unit.thread_id, unit.task or ""))
    return units, sorted(spans, key=lambda span: span.started_ns)


def _tasks_and_spans() -> Iterator[Any]:
    """Every task that is not done and every span that is open, wherever they are."""
    asyncio: Any = sys.modules.get("asyncio.tasks")
    sdk: Any = sys.modules.get("opentelemetry.sdk.trace")
    tasks = () if asyncio is None else (asyncio.Task, asyncio._PyTask)
    spans = () if sdk is None else (sdk.Span,)
    for found in gc.get_objects():
        # type(), not isinstance(): lazy proxies run code of the program when asked for __class__.
        kind = type(found)
        if issubclass(kind, tasks):
            if not found.done():
                yield found
        elif issubclass(kind, spans) and found.start_time is not None and found.end_time is None:
            yield found


def _task(task: Any) -> Unit:
    ident = getattr(task.get_loop(), "_thread_id", None) or 0
    thread = threading._active.get(ident)  # type: ignore[attr-defined]
    crossing = units.carried(task)
    chain = tuple(crossing.chain()) if isinstance(crossing, Crossing) else ()
    return Unit(ident, None if thread is None else thread.name, task.get_name(), (), chain)


def _open_span(span: Any) -> OpenSpan:
    start = missing.starts.get(span.get_span_context().span_id)
    return OpenSpan(current.spot(span), span.start_time, None if start is None else start.site)


def dump_on(name: str | None) -> None:
    """Write a dump whenever the signal *name* comes, ``SIGUSR2`` for one; None for never.

    A handler that the program has set before is called too; one that it sets later takes
    the place of this one. Python lets the main thread alone set one.
    """
    global _number, _before  # noqa: PLW0603 - one handler a process
    if name is None or threading.current_thread() is not threading.main_thread():
        return
    _number = signal.Signals[name]
    _before = signal.signal(_number, _handler)


def _handler(number: int, frame: FrameType | None) -> None:
    if _probe.on:
        try:
            from ctxwatch import agent

            reporter = agent.reporter()
            if reporter is not None:
                reporter.dumped(*dump())
        except Exception:
            _probe.failed()
    before: Callable[[int, FrameType | None], object] | int | None = _before
    if callable(before):
        before(number, frame)


def forget() -> None:
    """Give the signal back, for uninstall."""
    global _number  # noqa: PLW0603 - one handler a process
    if _number is not None and signal.getsignal(_number) is _handler:
        signal.signal(_number, _before)
    _number = None
