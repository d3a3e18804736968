"""OpenTelemetry's instrumentors, applied by the agent or by the program: each one once."""

from __future__ import annotations

import json

import pytest
from support import Result, run_program

#: Says what is applied, and what the instrumentors have logged about it.
TELL = """
import json, logging, sys

class Said(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())

said = []
logging.getLogger("opentelemetry.instrumentation").addHandler(Said())

def applied():
    found = []
    for name in ("threading", "asyncio"):
        module = sys.modules.get("opentelemetry.instrumentation." + name)
        cls = module and getattr(module, name.capitalize() + "Instrumentor")
        if cls and cls().is_instrumented_by_opentelemetry:
            found.append(name)
    return found

def carried():
    from concurrent.futures import ThreadPoolExecutor
    from opentelemetry import trace
    from tracing import tracer
    with tracer.start_as_current_span("POST /orders"), ThreadPoolExecutor(1) as pool:
        span = pool.submit(trace.get_current_span).result()
    return span.get_span_context().is_valid

def tell(*what):
    print(json.dumps([*what, applied(), said]))
"""


def told(result: Result) -> list[object]:
    """Return what the program told in the end."""
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("none", []),
        ("threading", ["threading"]),
        ("asyncio", ["asyncio"]),
        ("asyncio,threading", ["threading", "asyncio"]),
        (None, ["threading", "asyncio"]),
    ],
)
def test_those_that_are_wanted_are_applied(setting: str | None, expected: list[str]) -> None:
    result = run_program(
        f"{TELL}\ntell(carried())", env={"CTXWATCH_INSTRUMENTORS": setting}, level="debug"
    )
    assert told(result) == ["threading" in expected, expected, []]


def test_nothing_is_applied_before_the_program_uses_the_sdk() -> None:
    """A program that only has the API has no spans to carry."""
    code = f"{TELL}\nimport opentelemetry.trace\ntell('opentelemetry.sdk.trace' in sys.modules)"
    assert told(run_program(code, instrumentors="threading,asyncio")) == [False, [], []]


@pytest.mark.parametrize(
    ("disabled", "expected"),
    [
        ("threading", ["asyncio"]),
        ("asyncio", ["threading"]),
        ("django, threading", ["asyncio"]),
        ("threading,asyncio", []),
        ("*", []),
        ("", ["threading", "asyncio"]),
        ("thread", ["threading", "asyncio"]),
    ],
)
def test_opentelemetry_s_own_switch_is_heeded(disabled: str, expected: list[str]) -> None:
    result = run_program(
        f"{TELL}\nimport tracing\ntell()",
        instrumentors="threading,asyncio",
        env={"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": disabled},
    )
    assert told(result) == [expected, []]


BOTH = """
from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor
from opentelemetry.instrumentation.threading import ThreadingInstrumentor
"""
APPLY = "ThreadingInstrumentor().instrument(); AsyncioInstrumentor().instrument()"
TAKE_OFF = "ThreadingInstrumentor().uninstrument(); AsyncioInstrumentor().uninstrument()"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(f"{APPLY}; import tracing", True, id="before the SDK"),
        pytest.param(f"import tracing; {APPLY}", True, id="after the SDK"),
        pytest.param(
            f"{APPLY}; import tracing; {TAKE_OFF}; {APPLY}", True, id="before, and once more"
        ),
        pytest.param(
            f"import tracing; {APPLY}; {TAKE_OFF}; {APPLY}", True, id="after, and once more"
        ),
        pytest.param(f"{APPLY}; import tracing; {TAKE_OFF}", False, id="before, and off"),
        pytest.param(f"import tracing; {APPLY}; {TAKE_OFF}", False, id="after, and off"),
        pytest.param(f"import tracing; {TAKE_OFF}", False, id="off"),
        pytest.param(f"import tracing; {TAKE_OFF}; {APPLY}", True, id="off and on"),
    ],
)
@pytest.mark.parametrize("instrumentors", ["threading,asyncio", "threading"])
def test_a_program_that_applies_them_itself_has_its_way(
    steps: str, *, expected: bool, instrumentors: str
) -> None:
    """They are on when it says so and off when it says so, and nobody hears of a second time."""
    if steps.startswith(f"import tracing; {TAKE_OFF}") and "asyncio" not in instrumentors:
        steps = steps.replace(TAKE_OFF, TAKE_OFF.partition(";")[0], 1)
    result = run_program(
        f"{TELL}{BOTH}\n{steps}\ntell(carried())", instrumentors=instrumentors, level="debug"
    )
    both = ["threading", "asyncio"]
    assert told(result) == [expected, both if expected else [], []], str(result)


def test_applying_twice_in_a_row_warns_as_ever() -> None:
    """That is the program's own doing."""
    steps = "import tracing; ThreadingInstrumentor().instrument(); " * 2
    result = run_program(f"{TELL}{BOTH}\n{steps}\ntell()", instrumentors="threading")
    assert told(result) == [["threading"], ["Attempting to instrument while already instrumented"]]


OPTIONS = f"""{TELL}
import asyncio, contextlib
from collecting import exporter, new_provider
from opentelemetry import trace
import tracing  # sets a global provider, and has the agent apply its own
from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor
from opentelemetry.sdk.resources import Resource

own = new_provider(resource=Resource({{"service.name": "own"}}))
AsyncioInstrumentor().instrument(tracer_provider=own)

async def work():
    pass

async def main():
    await asyncio.create_task(work())

asyncio.run(main())
tell([[s.name, s.resource.attributes["service.name"]] for s in exporter.get_finished_spans()])
"""


@pytest.mark.parametrize("instrumentors", ["asyncio", "none"])
def test_the_program_s_own_options_count(instrumentors: str) -> None:
    """They are not those of the agent that was there first."""
    result = run_program(
        OPTIONS,
        instrumentors=instrumentors,
        env={"OTEL_PYTHON_ASYNCIO_COROUTINE_NAMES_TO_TRACE": "work"},
    )
    assert told(result) == [[["asyncio coro-work", "own"]], ["asyncio"], []], str(result)


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ("import tracing", []),
        ("ThreadingInstrumentor().instrument(); import tracing", ["threading"]),
        ("import tracing; ThreadingInstrumentor().instrument()", ["threading"]),
        ("import tracing; ThreadingInstrumentor().uninstrument()", []),
    ],
)
def test_uninstall_takes_off_what_is_ours_and_leaves_the_program_s(
    steps: str, left: list[str]
) -> None:
    code = f"{TELL}{BOTH}\nimport ctxwatch\n{steps}\nctxwatch.uninstall()\ntell(carried())"
    result = run_program(code, instrumentors="threading,asyncio")
    assert told(result) == ["threading" in left, left, []], str(result)


def test_an_instrumentor_that_cannot_be_imported_is_done_without() -> None:
    """The other one is applied, and the program runs."""
    code = f"""{TELL}
sys.modules["opentelemetry.instrumentation.threading"] = None
import tracing
del sys.modules["opentelemetry.instrumentation.threading"]
tell()
"""
    result = run_program(code, instrumentors="threading,asyncio", env={"CTXWATCH_STRICT": None})
    assert told(result) == [["asyncio"], []], str(result)
