# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: fold protein <- POST /b
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer

processes = multiprocessing.get_context("fork")


def fold(protein, carrier):
    with tracer.start_as_current_span("fold protein", context=extract(carrier)) as span:
        span.set_attribute("protein", protein)
    return finished()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        return processes.Pool(1)


def post_b(pool):
    with tracer.start_as_current_span("POST /b"):
        carrier = {}
        inject(carrier)
        return pool.apply_async(fold, ("p53", carrier)).get()


if __name__ == "__main__":
    with get_a() as folders:
        spans = post_b(folders)
    report(spans)
