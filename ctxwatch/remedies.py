"""Per boundary: why the context is lost there, and the code that mends it.

The code uses the same names everywhere: ``work`` is the function that is handed
over, ``args`` are its arguments. Each remedy is pasted into a broken program by
the tests, which then must be whole.
"""

from __future__ import annotations

from typing import NamedTuple

from ctxwatch.model import Kind


class Remedy(NamedTuple):
    """What to do about a loss: the reason, advice in words, and code to paste."""

    cause: str
    text: str
    code: str


#: Divides code that belongs to the top of a module from code for the hand-off line.
AT_MODULE_LEVEL = "# at module level"
AT_HAND_OFF = "# where the work is handed over"
AT_TAKE_UP = "# where it is taken up"

_NEW_THREAD = (
    "A new thread starts with an empty context; Python does not copy the one of the thread "
    "that starts it."
)
_POOL = (
    "A pool's worker thread runs the function in its own context; Python does not copy the "
    "submitter's."
)
_PROCESS = (
    "A context does not leave its process: only what is pickled arrives, and the trace is not "
    "in it."
)
_QUEUE = "A queue carries the item and nothing else; the consumer works in a context of its own."
_FOR_LIFE = "It keeps that for life, also when the span has long ended and it serves others."
_START_EMPTY = (
    "Start it before the first request or in an empty context, and give each piece of work the "
    "context that it belongs to."
)
_OR_INSTRUMENT = "Or call ThreadingInstrumentor().instrument() once at start-up."

_CARRIED = f"""\
{AT_MODULE_LEVEL}
from opentelemetry import context, propagate

def work_in_trace(carrier, *args):
    token = context.attach(propagate.extract(carrier))
    try:
        return work(*args)
    finally:
        context.detach(token)

{AT_HAND_OFF}
carrier = {{}}
propagate.inject(carrier)
"""
_CARRY = "Send the trace along as data: inject it into a dict here, extract it in the child."

_REMEDIES = {
    "threading.Thread.start": Remedy(
        _NEW_THREAD,
        f"Run the target in a copy of the current context. {_OR_INSTRUMENT}",
        """\
import contextvars

thread = threading.Thread(target=contextvars.copy_context().run, args=(work, *args))
thread.start()
""",
    ),
    "threading.Thread.start subclass": Remedy(
        _NEW_THREAD + " ThreadingInstrumentor does not help a subclass that overrides run().",
        "Keep a copy of the context in start(), and run the old body of run() in it.",
        """\
import contextvars

class Worker(threading.Thread):
    def start(self):
        self._context = contextvars.copy_context()
        super().start()

    def run(self):
        self._context.run(self.work)

    def work(self):
        work(*args)
""",
    ),
    "threading.Timer": Remedy(
        "A timer is a thread, and a new thread starts with an empty context.",
        f"Run the function in a copy of the current context. {_OR_INSTRUMENT}",
        """\
import contextvars

timer = threading.Timer(delay, contextvars.copy_context().run, args=(work, *args))
timer.start()
""",
    ),
    "ThreadPoolExecutor.submit": Remedy(
        _POOL,
        f"Submit a copy of the current context with the function. {_OR_INSTRUMENT}",
        """\
import contextvars

future = pool.submit(contextvars.copy_context().run, work, *args)
""",
    ),
    "ThreadPoolExecutor.map": Remedy(
        _POOL,
        "Give every item its own copy of the context: one Context cannot be entered twice at a "
        f"time. {_OR_INSTRUMENT}",
        """\
import contextvars

contexts = [contextvars.copy_context() for _ in items]
results = list(pool.map(lambda context, item: context.run(work, item), contexts, items))
""",
    ),
    "loop.run_in_executor": Remedy(
        _POOL + " asyncio.to_thread copies it, loop.run_in_executor does not.",
        "Use asyncio.to_thread, or run the function in a copy of the current context. "
        + _OR_INSTRUMENT,
        """\
import contextvars

future = loop.run_in_executor(pool, contextvars.copy_context().run, work, *args)
""",
    ),
    "loop.run_in_executor process": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED + "future = loop.run_in_executor(pool, work_in_trace, carrier, *args)\n",
    ),
    "ProcessPoolExecutor.submit": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED + "future = pool.submit(work_in_trace, carrier, *args)\n",
    ),
    "ProcessPoolExecutor.map": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED + "results = list(pool.map(work_in_trace, [carrier] * len(items), items))\n",
    ),
    "multiprocessing.Process.start": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED
        + "process = multiprocessing.Process(target=work_in_trace, args=(carrier, *args))\n"
        + "process.start()\n",
    ),
    "queue.Queue.put": Remedy(
        _QUEUE,
        "Put a copy of the current context into the queue with the item, and work in it.",
        f"""\
{AT_HAND_OFF}
import contextvars

queue.put((contextvars.copy_context(), item))

{AT_TAKE_UP}
context, item = queue.get()
context.run(work, item)
""",
    ),
    "asyncio.Queue.put": Remedy(
        _QUEUE,
        "Put a copy of the current context into the queue with the item, and work in a task that "
        "runs in it.",
        f"""\
{AT_HAND_OFF}
import contextvars

await queue.put((contextvars.copy_context(), item))

{AT_TAKE_UP}
context, item = await queue.get()
await context.run(asyncio.create_task, work(item))
""",
    ),
    "inherited thread": Remedy(
        _FOR_LIFE,
        _START_EMPTY,
        """\
import contextvars

thread = threading.Thread(target=contextvars.Context().run, args=(work, *args))
thread.start()
""",
    ),
    "inherited task": Remedy(
        _FOR_LIFE,
        _START_EMPTY,
        """\
import contextvars

task = contextvars.Context().run(asyncio.create_task, work(*args))
""",
    ),
    "inherited server": Remedy(
        _FOR_LIFE,
        _START_EMPTY,
        """\
import contextvars

server = await contextvars.Context().run(asyncio.create_task, asyncio.start_server(work, *args))
""",
    ),
}


#: Boundaries that are mended as another one is.
_MENDED_AS = {
    "queue.LifoQueue.put": "queue.Queue.put",
    "queue.PriorityQueue.put": "queue.Queue.put",
    "asyncio.LifoQueue.put": "asyncio.Queue.put",
    "asyncio.PriorityQueue.put": "asyncio.Queue.put",
}


def inherited(kind: Kind, parent: str | None) -> Remedy:
    """The remedy for a unit that passes on the span named *parent* that it was started under."""
    variant = kind.value if f"inherited {kind.value}" in _REMEDIES else Kind.THREAD.value
    general = _REMEDIES[f"inherited {variant}"]
    name = f"'{parent}'" if parent is not None else "a span"
    cause = f"What was started here runs in the context of {name}. {general.cause}"
    return general._replace(cause=cause)


def late() -> Remedy:
    """What there is to say about a late child: nothing is broken."""
    return Remedy(
        "The work was handed over to go on after the request, so its span starts when the "
        "parent has ended. The trace is whole.",
        "Nothing needs mending. Wait for the work inside the span if it is part of the request; "
        "if it is not, start a trace of its own with a Link.",
        "",
    )


def remedy(boundary: str, variant: str = "") -> Remedy:
    """The remedy for a loss at *boundary*; *variant* is `Crossing.variant`."""
    boundary = _MENDED_AS.get(boundary, boundary)
    # Whatever else runs a function elsewhere does so as a pool does.
    return (
        _REMEDIES.get(f"{boundary} {variant}")
        or _REMEDIES.get(boundary)
        or _REMEDIES["ThreadPoolExecutor.submit"]
    )


def boundaries() -> tuple[str, ...]:
    """Every boundary that has a remedy of its own, with its variant."""
    return tuple(_REMEDIES)
