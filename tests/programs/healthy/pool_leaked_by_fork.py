# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: POST /c <- (root)
# tree: fold protein <- POST /b
# tree: fold protein <- POST /c
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer

processes = multiprocessing.get_context("fork")


def fold(protein, carrier):
    with tracer.start_as_current_span("fold protein", context=extract(carrier)) as span:
        span.set_attribute("protein", protein)
    return finished()


def post(path, pool):
    with tracer.start_as_current_span(f"POST {path}"):
        carrier = {}
        inject(carrier)
        return pool.apply(fold, ("p53", carrier))


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        folders = processes.Pool(1)
    post("/b", folders)
    spans = post("/c", folders)
    folders.terminate()
    report(spans)
