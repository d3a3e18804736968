"""`ctxwatch.install` and `uninstall`: what they change, and that they change it back.

Most tests run one program twice, with the agent switched off by CTXWATCH=0 and
with it on, and ask for the same output.
"""

from __future__ import annotations

import re

import pytest
from support import Result, run_program

#: Every class and module that the agent or the instrumentors patch, and ways to look at them.
LOOK = '''\
import asyncio, concurrent.futures.process, concurrent.futures.thread, functools, inspect
import multiprocessing.process, sys, threading, traceback
import ctxwatch
import opentelemetry.sdk.trace, opentelemetry.trace
from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor
from opentelemetry.instrumentation.threading import ThreadingInstrumentor
from tracing import tracer

OWNERS = [
    threading.Thread, threading.Timer,
    concurrent.futures.thread.ThreadPoolExecutor, concurrent.futures.thread._WorkItem,
    concurrent.futures.process.ProcessPoolExecutor, concurrent.futures.process._WorkItem,
    concurrent.futures.process._CallItem,
    multiprocessing.process.BaseProcess,
    asyncio.BaseEventLoop, asyncio,
    opentelemetry.sdk.trace.TracerProvider, opentelemetry.sdk.trace.ConcurrentMultiSpanProcessor,
    opentelemetry.trace, BaseInstrumentor,
    type(opentelemetry.context._RUNTIME_CONTEXT),
]
try:
    import uvloop
    OWNERS.append(uvloop.Loop)
except ImportError:
    pass

def layers(value):
    """A value and, if instrumentors have wrapped it, what is inside, down to the innermost."""
    found = [value]
    while hasattr(type(value), "__wrapped__"):  # a wrapt proxy
        value = value.__wrapped__
        found.append(value)
    return found

def attributes():
    return {
        (owner.__name__, name): layers(value)
        for owner in OWNERS for name, value in vars(owner).items()
    }

before, meta_path = attributes(), list(sys.meta_path)
originals = {id(value): f"original {owner}.{name}" for (owner, name), (value, *_) in before.items()}

def changed():
    """The attributes that are not what they were, and what each of their layers is."""
    now = attributes()
    return [
        (*key, [originals.get(id(layer), type(layer).__name__) for layer in now.get(key, ())])
        for key in sorted(before.keys() | now.keys())
        if [*map(id, now.get(key, ()))] != [*map(id, before.get(key, ()))]
        # ThreadingInstrumentor's own uninstrument() leaves its wrapper on Timer.start.
        and key != ("Timer", "start")
    ]
'''

#: Under each of these the program is run, installs the agent and takes it out again.
ORDERS = {
    "not at all": "ctxwatch.install(); on(); ctxwatch.uninstall()",
    "before": (
        "ThreadingInstrumentor().instrument(); ctxwatch.install(); on(); ctxwatch.uninstall()"
    ),
    "after": (
        "ctxwatch.install(); on(); ThreadingInstrumentor().instrument(); ctxwatch.uninstall()"
    ),
    "before, off meanwhile": (
        "ThreadingInstrumentor().instrument(); ctxwatch.install(); on();"
        "ThreadingInstrumentor().uninstrument(); ctxwatch.uninstall()"
    ),
    "after, off before": (
        "ctxwatch.install(); on(); ThreadingInstrumentor().instrument();"
        "ThreadingInstrumentor().uninstrument(); ctxwatch.uninstall()"
    ),
    "after, off after": (
        "ctxwatch.install(); on(); ThreadingInstrumentor().instrument(); ctxwatch.uninstall();"
        "ThreadingInstrumentor().uninstrument()"
    ),
    "twice": "ctxwatch.install(); ctxwatch.install(); on(); ctxwatch.uninstall()",
    "again": (
        "ctxwatch.install(); ctxwatch.uninstall(); ctxwatch.install(); on(); ctxwatch.uninstall()"
    ),
}


def run_by_hand(
    code: str, *, switch: str | None = None, instrumentors: str = "none", returncode: int = 0
) -> Result:
    """Run a program that has the agent only if it calls for it.

    *instrumentors* are for the agent to apply. *switch* is the value of CTXWATCH.
    """
    env = {"CTXWATCH": switch, "CTXWATCH_INSTRUMENTORS": instrumentors, "CTXWATCH_STRICT": "1"}
    return run_program(code, via="bare", env=env, returncode=returncode)


def run_both(code: str, *, instrumentors: str = "none") -> tuple[Result, Result]:
    """Run *code* with `install` doing its work, and with CTXWATCH=0; return both results."""
    return (
        run_by_hand(code, instrumentors=instrumentors),
        run_by_hand(code, switch="0", instrumentors=instrumentors),
    )


@pytest.mark.parametrize("instrumentors", ["none", "threading,asyncio"])
@pytest.mark.parametrize("order", ORDERS)
def test_uninstall_puts_everything_back(order: str, instrumentors: str) -> None:
    """Each attribute is the identical object again, or what the program's own calls made of it."""
    code = f"""{LOOK}
def on():
    print("patched" if changed() else "untouched", file=sys.stderr)

{ORDERS[order]}
print(changed())
processors = opentelemetry.trace.get_tracer_provider()._active_span_processor._span_processors
print([type(processor).__name__ for processor in processors])
print(sys.meta_path == meta_path)
pool = concurrent.futures.ThreadPoolExecutor(1)
with tracer.start_as_current_span("POST /orders"):
    span = pool.submit(opentelemetry.trace.get_current_span).result()
    print(span.get_span_context().is_valid)
"""
    watched, off = run_both(code, instrumentors=instrumentors)
    assert watched.stdout == off.stdout, f"{watched}\n{off}"
    assert watched.stderr.startswith("patched\n")
    assert off.stderr == ("patched\n" if order.startswith("before") else "untouched\n")


@pytest.mark.parametrize("instrumentors", ["none", "threading,asyncio"])
@pytest.mark.parametrize("order", ORDERS)
def test_no_code_of_ours_runs_after_uninstall(order: str, instrumentors: str) -> None:
    """Not in any hand-off: a profiler sees no frame of the package."""
    code = f"""{LOOK}
import os
ours, seen = os.path.dirname(ctxwatch.__file__) + os.sep, set()

def on():
    pass

def profile(frame, event, argument):
    if frame.f_code.co_filename.startswith(ours):
        seen.add(frame.f_code.co_name)

def hand_over():
    threading.setprofile(profile)
    sys.setprofile(profile)
    with tracer.start_as_current_span("POST /orders"):
        for unit in (threading.Thread(target=int), threading.Timer(0, int)):
            unit.start()
            unit.join()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
        asyncio.run(asyncio.sleep(0))
        opentelemetry.sdk.trace.TracerProvider()
    sys.setprofile(None)
    threading.setprofile(None)
    return sorted(seen)

{ORDERS[order]}
print(hand_over())
seen.clear()
ctxwatch.install()
print(len(hand_over()) > 5)
"""
    result = run_by_hand(code, instrumentors=instrumentors)
    assert result.stdout == "[]\nTrue\n", str(result)


@pytest.mark.parametrize("instrumentors", ["none", "threading,asyncio"])
def test_the_programs_own_instrumentor_works_as_without_us(instrumentors: str) -> None:
    """No "already instrumented" warning; instrument() carries, uninstrument() stops carrying."""
    code = f"""{LOOK}
import logging
logging.basicConfig(stream=sys.stdout, format="%(name)s %(levelname)s %(message)s")

def carried():
    with tracer.start_as_current_span("POST /orders"):
        seen = []
        look = opentelemetry.trace.get_current_span
        thread = threading.Thread(target=lambda: seen.append(look()))
        thread.start()
        thread.join()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(look).result())
    return [span.get_span_context().is_valid for span in seen]

ctxwatch.install()
for _ in range(2):
    ThreadingInstrumentor().instrument()
    print(carried(), ThreadingInstrumentor().is_instrumented_by_opentelemetry)
    ThreadingInstrumentor().uninstrument()
    print(carried(), ThreadingInstrumentor().is_instrumented_by_opentelemetry)
AsyncioInstrumentor().instrument()
AsyncioInstrumentor().uninstrument()
print(AsyncioInstrumentor().is_instrumented_by_opentelemetry)
ThreadingInstrumentor().instrument()
ThreadingInstrumentor().instrument()
"""
    watched, off = run_both(code, instrumentors=instrumentors)
    assert watched.stdout == off.stdout
    *lines, warning = watched.stdout.splitlines()
    assert lines == ["[True, True] True", "[False, False] False"] * 2 + ["False"]
    assert "already instrumented" in warning  # the second of two in a row is the program's own


LOSING = """
def lose():
    with tracer.start_as_current_span("POST /orders"):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()

def work():
    with tracer.start_as_current_span("charge card"):
        pass
"""


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        ("install(); lose()", 1),
        ("install(); install(); lose()", 1),
        ("install(); uninstall(); lose()", 0),
        ("install(); uninstall(); install(); lose()", 1),
        ("install(); lose(); uninstall(); lose(); install(); lose()", 2),
        ("uninstall(); install(); uninstall(); uninstall(); lose()", 0),
        ("lose()", 0),
    ],
)
def test_what_is_seen_is_what_happens_while_installed(steps: str, seen: int) -> None:
    """Each loss has its two snapshots, once, and only while the watch is on."""
    code = f"{LOOK}{LOSING}\nfrom ctxwatch import install, uninstall\n{steps}\n"
    # The log's settings, but without the switch itself: only the program's own calls count.
    result = run_program(code, via="switch", env={"CTXWATCH": None})
    sides = [record["side"] for record in result.snapshots]
    assert sides == ["origin", "arrival"] * seen, str(result)
    assert len({record["crossing"] for record in result.snapshots}) == seen
    assert len(result.findings) == seen


def test_switched_off_install_does_nothing() -> None:
    """CTXWATCH=0 wins over the program's own call."""
    steps = "ctxwatch.install()\nlose()\nprint(changed(), sys.meta_path == meta_path)"
    code = f"{LOOK}{LOSING}\n{steps}"
    off = run_by_hand(code, switch="0")
    assert off.stdout == "[] True\n"
    assert off.stderr == ""


def test_patched_functions_look_like_the_originals() -> None:
    """Signature, names, module and docstring of everything that can be patched."""
    code = f"""{LOOK}
def face(value):
    try:
        signature = str(inspect.signature(value))
    except (TypeError, ValueError) as error:
        signature = type(error).__name__
    names = ("__name__", "__qualname__", "__module__", "__doc__")
    parts = [getattr(value, name, None) for name in names]
    # Before 3.12 a plain function cannot say that it returns a coroutine.
    marked = sys.version_info >= (3, 12) and inspect.iscoroutinefunction(value)
    return [signature, *parts, marked]

names = [(owner, name) for owner in OWNERS for name in dir(owner)]
names = [(owner, name) for owner, name in names if callable(getattr(owner, name))]
ctxwatch.install()
print(len(changed()), file=sys.stderr)
for owner, name in names:
    print(owner.__name__, name, face(getattr(owner, name)))
"""
    watched, off = run_both(code)
    address = re.compile(" at 0x[0-9a-fA-F]+")
    assert address.sub("", watched.stdout) == address.sub("", off.stdout)
    assert int(watched.stderr.splitlines()[0]) >= 10
    assert off.stderr == "0\n"


#: A failure in every kind of unit; whatever Python says about it goes to stdout.
FAILING = """
import asyncio, multiprocessing, sys, threading, traceback
import ctxwatch
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from tracing import tracer

def fail(*args):
    raise ValueError(*args)

class Failing(threading.Thread):
    def run(self):
        fail("subclass")

async def failing():
    fail("task")

async def tasks():
    loop = asyncio.get_running_loop()
    await attempt_async(asyncio.create_task(failing()))
    await attempt_async(asyncio.gather(failing(), failing()))
    await attempt_async(loop.run_in_executor(None, fail, "executor"))
    await attempt_async(asyncio.to_thread(fail, "to_thread"))

async def attempt_async(awaitable):
    try:
        await awaitable
    except ValueError:
        traceback.print_exc()

def attempt(call, *args):
    try:
        call(*args)
    except ValueError:
        traceback.print_exc()

def run(unit):
    unit.start()
    unit.join()

def main():
    pool = ThreadPoolExecutor(1)
    attempt(pool.submit(fail, "submit").result)
    attempt(list, pool.map(fail, ["map"]))
    run(threading.Thread(target=fail, args=("thread",), name="T"))
    run(Failing(name="F"))
    timer = threading.Timer(0, fail, ("timer",))
    timer.name = "timer"
    run(timer)
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        run(context.Process(target=fail, args=(method,), name=method))
        with ProcessPoolExecutor(1, context) as processes:
            attempt(processes.submit(fail, method).result)
    asyncio.run(tasks())

sys.stderr = sys.stdout  # in children as well; the agent itself writes to the descriptor
if __name__ == "__main__":
    ctxwatch.install()
    with tracer.start_as_current_span("POST /orders"):
        main()
"""


def test_tracebacks_are_as_without_us() -> None:
    """Not a frame more in what a failing thread, job, process or task leaves behind."""
    watched, alone = run_program(FAILING), run_program(FAILING, via="bare", env={"CTXWATCH": "0"})
    assert comparable(watched) == comparable(alone)
    assert watched.stdout.count("ValueError") >= 12
    assert len(watched.snapshots) > 0


def comparable(result: Result) -> str:
    """Return what was printed, without what differs from run to run.

    The program's directory, and which of the two lines of `Future.result` raised:
    the one for a job that is done already, or the one after waiting for it.
    """
    told = result.stdout.replace(result.command[-1], "program.py")
    return re.sub(r'(_base\.py", line )\d+(, in result\n)', r"\1N\2", told)
