# family: parent_stale
# boundary: Pool.apply_async
# orphan: fold protein
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import multiprocessing

from tracing import finished, report, tracer

processes = multiprocessing.get_context("fork")


def fold(protein):
    with tracer.start_as_current_span("fold protein") as span:  # <- orphan
        span.set_attribute("protein", protein)
    return finished()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        return processes.Pool(1)  # <- inherited here


def post_b(pool):
    with tracer.start_as_current_span("POST /b"):
        return pool.apply_async(fold, ("p53",)).get()  # <- lost here


if __name__ == "__main__":
    with get_a() as folders:
        spans = post_b(folders)
    report(spans)
