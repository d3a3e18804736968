# code: CTX705
# span: first
# orphan: second
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import context, trace
from tracing import report, tracer


def leave():
    span = tracer.start_span("first")
    context.attach(trace.set_span_in_context(span))  # <- attached
    span.end()


def work():
    with tracer.start_as_current_span("second"):  # <- orphan
        pass


with ThreadPoolExecutor(1) as pool:
    pool.submit(leave).result()
    pool.submit(work).result()
report()
