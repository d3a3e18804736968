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
_STREAM = "A stream carries the item and nothing else; the receiver works in a context of its own."
_NEW_GREENLET = (
    "A new greenlet starts with an empty context; gevent does not copy the one of the greenlet "
    "that starts it."
)
_UNDER_ORIGIN = f"""\
{AT_MODULE_LEVEL}
from opentelemetry import context

{AT_HAND_OFF}
{{put}}

{AT_TAKE_UP}
origin, item = {{get}}
token = context.attach(origin)
try:
    {{call}}
finally:
    context.detach(token)
"""
_FOR_LIFE = "It keeps that for life, also when the span has long ended and it serves others."
_START_EMPTY = (
    "Start it before the first request or in an empty context, and give each piece of work the "
    "context that it belongs to."
)
_BODY = (
    "The code of a generator or a coroutine runs when somebody reads it, in the context of the "
    "reader. This one was made inside a span and returned, which ended the span before it began."
)
_STORED = (
    "A scheduler stores the function and its arguments, not the context; it calls the function "
    "in its own, later."
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
    "multiprocessing.Queue.put": Remedy(
        _PROCESS,
        "Send the trace along with the item: inject it into a dict here, extract it there.",
        f"""\
{AT_MODULE_LEVEL}
from opentelemetry import context, propagate

{AT_HAND_OFF}
carrier = {{}}
propagate.inject(carrier)
queue.put((carrier, item))

{AT_TAKE_UP}
carrier, item = queue.get()
token = context.attach(propagate.extract(carrier))
try:
    work(item)
finally:
    context.detach(token)
""",
    ),
    "propagate.extract": Remedy(
        "The message came with headers, but without a trace context: its producer did not inject "
        "one, or it was dropped or spoilt on the way.",
        "Inject the current context into the headers inside the producer's span, and let whatever "
        "forwards the message keep the header traceparent.",
        """\
from opentelemetry import propagate

propagate.inject(headers)
send(headers, *args)
""",
    ),
    "sampler": Remedy(
        "The sampler decided about the child without a look at its parent, which is not exported.",
        "Wrap the sampler in ParentBased: then it decides about roots, and children follow.",
        """\
from opentelemetry.sdk.trace import sampling

sampler = sampling.ParentBased(sampler)
""",
    ),
    "span": Remedy(
        "A span is exported when it ends. This one did not, while a child of it was exported.",
        "End it whatever happens: hold it in a with block, or call end() in a finally.",
        """\
with tracer.start_as_current_span("POST /orders"):
    work(*args)
""",
    ),
    "BatchSpanProcessor": Remedy(
        "When the queue is full, every new span drops the oldest one.",
        "Make the queue larger (max_queue_size, OTEL_BSP_MAX_QUEUE_SIZE), export in larger batches "
        "or more often, or record fewer spans.",
        """\
from opentelemetry.sdk.trace.export import BatchSpanProcessor

processor = BatchSpanProcessor(exporter, max_queue_size=16_384, max_export_batch_size=512)
""",
    ),
    "SpanExporter.export": Remedy(
        "The back end did not take the batch with the parent; it had taken the child.",
        "Look into the exporter's log and the back end. An exporter that may be refused should try "
        "again before it gives up.",
        f"""\
{AT_MODULE_LEVEL}
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

class Patient(SpanExporter):
    def __init__(self, exporter, attempts=3):
        self.exporter, self.attempts = exporter, attempts

    def export(self, spans):
        for _ in range(self.attempts):
            result = self.exporter.export(spans)
            if result is SpanExportResult.SUCCESS:
                break
        return result

    def shutdown(self):
        self.exporter.shutdown()

{AT_HAND_OFF}
exporter = Patient(exporter)
""",
    ),
    "generator": Remedy(
        _BODY,
        "Keep the span open while the body is read: open it inside of the generator.",
        f"""\
{AT_MODULE_LEVEL}
def work_in_span(*args):
    with tracer.start_as_current_span("POST /export"):
        yield from work(*args)

{AT_HAND_OFF}
return work_in_span(*args)
""",
    ),
    "streamed response": Remedy(
        _BODY,
        "Read the body in a copy of the request's context.",
        f"""\
{AT_MODULE_LEVEL}
import contextvars

def in_request(body):
    context, end = contextvars.copy_context(), object()
    return iter(lambda: context.run(next, body, end), end)

{AT_HAND_OFF}
return Response(in_request(work(*args)))
""",
    ),
    "async generator": Remedy(
        _BODY,
        "Keep the span open while the body is read: open it inside of the async generator.",
        f"""\
{AT_MODULE_LEVEL}
async def work_in_span(*args):
    with tracer.start_as_current_span("POST /export"):
        async for item in work(*args):
            yield item

{AT_HAND_OFF}
return work_in_span(*args)
""",
    ),
    "coroutine": Remedy(
        _BODY,
        "Await the coroutine inside of the span's with block.",
        f"""\
{AT_MODULE_LEVEL}
async def work_in_span(*args):
    with tracer.start_as_current_span("POST /orders"):
        return await work(*args)

{AT_HAND_OFF}
return work_in_span(*args)
""",
    ),
    "sched.scheduler.enter": Remedy(
        _STORED,
        "Store the function bound to a copy of the current context.",
        """\
import contextvars

scheduler.enter(delay, 1, contextvars.copy_context().run, (work, *args))
""",
    ),
    "sched.scheduler.enterabs": Remedy(
        _STORED,
        "Store the function bound to a copy of the current context.",
        """\
import contextvars

scheduler.enterabs(time, 1, contextvars.copy_context().run, (work, *args))
""",
    ),
    "apscheduler.add_job": Remedy(
        _STORED,
        "Store the function bound to a copy of the current context. A job store that pickles its "
        "jobs needs the trace as data instead: inject it into a dict here, extract it in the job.",
        """\
import contextvars

scheduler.add_job(contextvars.copy_context().run, args=[work, *args])
""",
    ),
    "subprocess.Popen": Remedy(
        _PROCESS,
        "Send the trace along in the child's environment: inject it here, extract it in the child.",
        f"""\
{AT_MODULE_LEVEL}
import os

from opentelemetry import context, propagate

carrier = {{key.lower(): os.environ[key] for key in ("TRACEPARENT",) if key in os.environ}}
context.attach(propagate.extract(carrier))

{AT_HAND_OFF}
carrier = {{}}
propagate.inject(carrier)
subprocess.run(command, check=True, env=os.environ | {{"TRACEPARENT": carrier["traceparent"]}})
""",
    ),
    "_thread.start_new_thread": Remedy(
        _NEW_THREAD,
        "Run the function in a copy of the current context. ThreadingInstrumentor does not see "
        "this way of starting a thread.",
        """\
import contextvars

_thread.start_new_thread(contextvars.copy_context().run, (work, *args))
""",
    ),
    "ThreadPoolExecutor.submit initializer": Remedy(
        "A pool runs its initializer in a new thread, which starts with an empty context.",
        "Give the initializer the context in which the pool is made, a copy for each worker. "
        + _OR_INSTRUMENT,
        """\
import contextvars

context = contextvars.copy_context()
pool = ThreadPoolExecutor(initializer=lambda: context.copy().run(work, *args))
""",
    ),
    "Future.add_done_callback": Remedy(
        "A callback of a future runs in the thread that completes it; if it is done already, "
        "at once in the caller's. Python copies no context for it.",
        "Bind the callback to a copy of the current context.",
        """\
import contextvars
import functools

future.add_done_callback(functools.partial(contextvars.copy_context().run, work))
""",
    ),
    "ThreadPool.apply_async": Remedy(
        _POOL,
        "Hand over a copy of the current context with the function. ThreadingInstrumentor does "
        "not see what this pool is given.",
        """\
import contextvars

result = pool.apply_async(contextvars.copy_context().run, (work, *args))
""",
    ),
    "ThreadPool.apply_async callback": Remedy(
        "A pool runs callbacks in the thread that takes its results in, whose context is not "
        "that of the request.",
        "Bind the callback to a copy of the current context.",
        """\
import contextvars
import functools

callback = functools.partial(contextvars.copy_context().run, work)
result = pool.apply_async(function, args, callback=callback)
""",
    ),
    "ThreadPool.map": Remedy(
        _POOL,
        "Give every item its own copy of the context: one Context cannot be entered twice at a "
        "time.",
        """\
import contextvars

contexts = [contextvars.copy_context() for _ in items]
results = pool.starmap(lambda context, item: context.run(work, item), zip(contexts, items))
""",
    ),
    "Pool.apply_async": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED + "result = pool.apply_async(work_in_trace, (carrier, *args))\n",
    ),
    "Pool.map": Remedy(
        _PROCESS,
        _CARRY,
        _CARRIED + "results = pool.starmap(work_in_trace, [(carrier, item) for item in items])\n",
    ),
    **{
        f"inherited loop.{name}": Remedy(
            "The loop calls it for whatever comes in, and it has that context for ever, also when "
            "the span has long ended.",
            "Add it before the first request or in an empty context, and give each message the "
            "context that it belongs to.",
            f"""\
import contextvars

contextvars.Context().run(loop.{name}, file, work, *args)
""",
        )
        for name in ("add_reader", "add_writer")
    },
    "inherited callback": Remedy(
        "A signal handler is called whenever the signal comes, and has that context for ever.",
        "Add it before the first request or in an empty context.",
        """\
import contextvars

contextvars.Context().run(loop.add_signal_handler, number, work, *args)
""",
    ),
    "janus.Queue.put": Remedy(
        _QUEUE,
        "Put the current context into the queue with the item, and work under it.",
        _UNDER_ORIGIN.format(
            put="await queue.async_q.put((context.get_current(), item))",
            get="queue.sync_q.get()",
            call="work(item)",
        ),
    ),
    "anyio.MemoryObjectSendStream.send": Remedy(
        _STREAM,
        "Send the current context with the item, and work under it.",
        _UNDER_ORIGIN.format(
            put="await sender.send((context.get_current(), item))",
            get="await receiver.receive()",
            call="await work(item)",
        ),
    ),
    "trio.MemorySendChannel.send": Remedy(
        _STREAM,
        "Send the current context with the item, and work under it.",
        _UNDER_ORIGIN.format(
            put="await sender.send((context.get_current(), item))",
            get="await receiver.receive()",
            call="await work(item)",
        ),
    ),
    "trio.lowlevel.spawn_system_task": Remedy(
        "A system task runs in the context in which trio.run was called; trio does not copy the "
        "one of the task that starts it.",
        "Give it a copy of the current context, or start it in a nursery, which copies it.",
        """\
import contextvars

trio.lowlevel.spawn_system_task(work, *args, context=contextvars.copy_context())
""",
    ),
    "TrioToken.run_sync_soon": Remedy(
        "A system task of trio's calls the function, in the context in which trio.run was called.",
        "Call the function in a copy of the current context.",
        """\
import contextvars

token.run_sync_soon(contextvars.copy_context().run, work, *args)
""",
    ),
    "greenlet.switch": Remedy(
        "A new greenlet starts with an empty context, and each goes on with its own; a switch does "
        "not copy the one of whoever switches.",
        "Give the greenlet a copy of the current context before it is switched to.",
        """\
import contextvars

worker = greenlet.greenlet(work)
worker.gr_context = contextvars.copy_context()
worker.switch(*args)
""",
    ),
    "gevent.spawn": Remedy(
        _NEW_GREENLET,
        "Run the function in a copy of the current context.",
        """\
import contextvars

greenlet = gevent.spawn(contextvars.copy_context().run, work, *args)
""",
    ),
    "gevent.spawn_later": Remedy(
        _NEW_GREENLET,
        "Run the function in a copy of the current context.",
        """\
import contextvars

greenlet = gevent.spawn_later(delay, contextvars.copy_context().run, work, *args)
""",
    ),
    "gevent.pool.Pool.spawn": Remedy(
        _NEW_GREENLET,
        "Run the function in a copy of the current context.",
        """\
import contextvars

greenlet = pool.spawn(contextvars.copy_context().run, work, *args)
""",
    ),
    "gevent.pool.Pool.map": Remedy(
        _NEW_GREENLET,
        "Give every item its own copy of the context: one Context cannot be entered twice at a "
        "time.",
        """\
import contextvars

works = [(contextvars.copy_context(), item) for item in items]
results = pool.map(lambda pair: pair[0].run(work, pair[1]), works)
""",
    ),
    "gevent.threadpool.ThreadPool.spawn": Remedy(
        _POOL,
        "Run the function in a copy of the current context.",
        """\
import contextvars

result = pool.spawn(contextvars.copy_context().run, work, *args)
""",
    ),
    "inherited trio.Nursery.start_soon": Remedy(
        _FOR_LIFE,
        _START_EMPTY,
        """\
import contextvars

contextvars.Context().run(nursery.start_soon, work, *args)
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
    "inherited process": Remedy(
        _FOR_LIFE,
        "Start it before the first request, or by spawn instead of fork: then it inherits nothing. "
        "And give each piece of work the context that it belongs to.",
        """\
import multiprocessing

pool = multiprocessing.get_context("spawn").Pool()
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
    "inherited connection": Remedy(
        "A connection that is told to go on reading does so in the context of whoever told it, "
        "and so do all later requests on it.",
        "Let it go on reading in an empty context, or once the request's span has ended.",
        """\
import contextvars

contextvars.Context().run(transport.resume_reading)
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
    **{
        f"{module}.{kind}Queue.{way}": f"{like}.Queue.put"
        for module, like in (
            *((module, module) for module in ("queue", "asyncio", "janus", "multiprocessing")),
            ("gevent.queue", "queue"),
        )
        for kind in ("", "Lifo", "Priority", "Simple", "Joinable")
        for way in ("put", "put_nowait")
    },
    "gevent.pool.Pool.apply_async": "gevent.pool.Pool.spawn",
    **{
        f"gevent.pool.Pool.{name}": "gevent.pool.Pool.map"
        for name in ("map_async", "imap", "imap_unordered")
    },
    "gevent.threadpool.ThreadPoolExecutor.submit": "ThreadPoolExecutor.submit",
    "_thread.start_joinable_thread": "_thread.start_new_thread",
    **{
        f"{pool}.{name}": f"{pool}.{like}"
        for pool in ("ThreadPool", "Pool")
        for name, like in (
            ("apply", "apply_async"),
            *((name, "map") for name in ("map_async", "starmap", "starmap_async")),
            *((name, "map") for name in ("imap", "imap_unordered")),
        )
    },
}


def inherited(kind: Kind, parent: str | None, boundary: str = "") -> Remedy:
    """The remedy for a unit that passes on the span named *parent* that it was started under.

    *boundary* is where it was started.
    """
    variants = (boundary, kind.value, Kind.THREAD.value)
    (variant, *_) = [name for name in variants if f"inherited {name}" in _REMEDIES]
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
    if variant == "callback" and boundary != "inherited":
        boundary = "ThreadPool.apply_async"  # the same for every way of handing work to a pool
    # Whatever else runs a function elsewhere does so as a pool does.
    return (
        _REMEDIES.get(f"{boundary} {variant}")
        or _REMEDIES.get(boundary)
        or _REMEDIES["ThreadPoolExecutor.submit"]
    )


def boundaries() -> tuple[str, ...]:
    """Every boundary that has a remedy of its own, with its variant."""
    return tuple(_REMEDIES)
