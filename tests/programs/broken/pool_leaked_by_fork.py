# family: parent_leaked
# boundary: Pool.apply
# orphan: fold protein
# actual parent: GET /a
# expected parent: POST /b | POST /c
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


def post(path, pool):
    with tracer.start_as_current_span(f"POST {path}"):
        return pool.apply(fold, ("p53",))  # <- lost here


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        folders = processes.Pool(1)  # <- inherited here
    post("/b", folders)
    spans = post("/c", folders)
    folders.terminate()
    report(spans)
