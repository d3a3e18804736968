"""Parents that never arrive and headers without a trace: what is said of the border cases."""

from __future__ import annotations

import pytest
from support import run_program

HEAD = """\
import asyncio, os, sys, threading, time
from opentelemetry import context, propagate, trace
from opentelemetry.trace import SpanKind
from tracing import tracer
"""

#: Where nothing is certain, nothing is said.
SILENT = {
    "open in a daemon thread at exit": """\
def f():
    s = tracer.start_span("job")
    with trace.use_span(s):
        with tracer.start_as_current_span("child"):
            pass
    time.sleep(100)
    s.end()

threading.Thread(target=f, daemon=True).start()
time.sleep(0.3)
""",
    "open in a task at exit": """\
async def f():
    s = tracer.start_span("job")
    with trace.use_span(s):
        with tracer.start_as_current_span("child"):
            pass
    await asyncio.sleep(100)
    s.end()

loop = asyncio.new_event_loop()
t = loop.create_task(f())
loop.run_until_complete(asyncio.sleep(0.1))
""",
    "ended by the parent process": """\
s = tracer.start_span("job")
tok = context.attach(trace.set_span_in_context(s))
pid = os.fork()
if pid == 0:
    with tracer.start_as_current_span("child"):
        pass
    del s
    context.detach(tok)
    sys.exit(0)
os.waitpid(pid, 0)
with tracer.start_as_current_span("child2"):
    pass
context.detach(tok)
s.end()
""",
    "a browser, a poll of nothing": """\
ctx = propagate.extract({"accept": "x"})
with tracer.start_as_current_span("GET /", context=ctx, kind=SpanKind.SERVER):
    pass
with tracer.start_as_current_span("poll", kind=SpanKind.CONSUMER):
    pass
""",
    "a batch with links": """\
h = {}
with tracer.start_as_current_span("p", kind=SpanKind.PRODUCER):
    propagate.inject(h)
l = trace.Link(trace.get_current_span(propagate.extract(h)).get_span_context())
propagate.extract({"x": "y"})
with tracer.start_as_current_span("batch", kind=SpanKind.CONSUMER, links=[l]):
    pass
""",
    "one of two back ends is down": """\
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

class Down(SpanExporter):
    def export(self, s):
        return SpanExportResult.FAILURE

class Up(SpanExporter):
    def export(self, s):
        return SpanExportResult.SUCCESS

p = trace.get_tracer_provider()
p.add_span_processor(SimpleSpanProcessor(Down()))
p.add_span_processor(SimpleSpanProcessor(Up()))
with tracer.start_as_current_span("a"):
    with tracer.start_as_current_span("b"):
        pass
""",
    "a concurrent provider": """\
from opentelemetry.sdk.trace import TracerProvider, ConcurrentMultiSpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

p = TracerProvider(active_span_processor=ConcurrentMultiSpanProcessor(2))
p.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
t = p.get_tracer("x")

def f():
    s = t.start_span("a")
    with trace.use_span(s, end_on_exit=True):
        with t.start_as_current_span("b"):
            pass

for i in range(5):
    f()
p.shutdown()
""",
    "a ratio without ParentBased": """\
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

p = TracerProvider(sampler=TraceIdRatioBased(0.5))
p.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
t = p.get_tracer("x")
for i in range(50):
    with t.start_as_current_span("a"):
        with t.start_as_current_span("b"):
            pass
""",
}

#: What is said otherwise: code, severity, the text's line that is to blame, the parent's name.
SAID = {
    "open in the main thread at exit": (
        ("CTX402", "warning", 1, "job"),
        """\
s = tracer.start_span("job")
with trace.use_span(s):
    with tracer.start_as_current_span("child"):
        pass
""",
    ),
    "forgotten before its child ends": (
        ("CTX402", "warning", 2, "job"),
        """\
def f():
    s = tracer.start_span("job")
    c = tracer.start_span("child", context=trace.set_span_in_context(s))
    return c

c = f()
c.end()
""",
    ),
    "a producer elsewhere": (
        ("CTX601", "info", 1, None),
        """\
ctx = propagate.extract({"tenant": "x"})
tok = context.attach(ctx)
with tracer.start_as_current_span("consume", kind=SpanKind.CONSUMER):
    pass
context.detach(tok)
""",
    ),
    "one of two producers": (
        ("CTX601", "info", 5, None),
        """\
with tracer.start_as_current_span("p1", kind=SpanKind.PRODUCER):
    pass
with tracer.start_as_current_span("p2", kind=SpanKind.PRODUCER):
    pass
ctx = propagate.extract({"tenant": "x"})
with tracer.start_as_current_span("consume", context=ctx, kind=SpanKind.CONSUMER):
    pass
""",
    ),
    "a producer for another destination": (
        ("CTX601", "info", 5, None),
        """\
with tracer.start_as_current_span(
    "p1", kind=SpanKind.PRODUCER, attributes={"messaging.destination.name": "a"}
):
    pass
ctx = propagate.extract({"tenant": "x"})
with tracer.start_as_current_span(
    "consume",
    context=ctx,
    kind=SpanKind.CONSUMER,
    attributes={"messaging.destination.name": "b"},
):
    pass
""",
    ),
}


@pytest.mark.parametrize("case", SILENT)
def test_nothing_is_said_where_nothing_is_certain(case: str) -> None:
    """Neither a warning nor a hint."""
    result = run_program(HEAD + SILENT[case], instrumentors="none")
    assert result.of_kind("finding") == [], str(result)


@pytest.mark.parametrize("case", SAID)
def test_what_is_said(case: str) -> None:
    """One finding, at the line that is to blame, as sure as it can be."""
    (code, severity, line, name), program = SAID[case]
    result = run_program(HEAD + program, instrumentors="none")
    (found,) = result.of_kind("finding")
    expected = found["expected_parent"]
    assert (found["code"], found["severity"]) == (code, severity), str(result)
    assert found["code.line.number"] == HEAD.count("\n") + line, str(result)
    assert (expected and expected["name"]) == name, str(result)


def test_an_interrupted_program_has_not_forgotten_its_spans() -> None:
    """What is open then is open because of that."""
    program = """\
span = tracer.start_span("job")
with trace.use_span(span, record_exception=False):
    with tracer.start_as_current_span("child"):
        pass
    raise SystemError
"""
    result = run_program(HEAD + program, instrumentors="none", returncode=1)
    assert result.of_kind("finding") == [], str(result)


def test_spans_that_are_not_sampled_are_counted() -> None:
    """So that what is missing of a trace is not taken for lost."""
    program = """\
from collecting import new_provider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

quiet = new_provider(sampler=ParentBased(ALWAYS_OFF)).get_tracer("quiet")
with quiet.start_as_current_span("a"), quiet.start_as_current_span("b"):
    pass
with tracer.start_as_current_span("c"):
    pass
"""
    result = run_program(HEAD + program, instrumentors="none")
    assert result.summary["unsampled"] == 2
    assert result.of_kind("finding") == [], str(result)


def test_an_exporter_whose_export_is_static_still_exports() -> None:
    result = run_program(
        """
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from tracing import tracer

class Exporter:
    @staticmethod
    def export(spans):
        print("exported", len(spans))

    def shutdown(self):
        pass

trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(Exporter()))
with tracer.start_as_current_span("request"):
    pass
"""
    )
    assert result.stdout == "exported 1\n"
