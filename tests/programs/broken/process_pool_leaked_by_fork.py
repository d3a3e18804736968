# family: parent_leaked
# boundary: ProcessPoolExecutor.submit
# orphan: parse invoice
# actual parent: GET /a
# expected parent: POST /b | POST /c
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def parse(invoice):
    with tracer.start_as_current_span("parse invoice") as span:  # <- orphan
        span.set_attribute("invoice", invoice)
    return finished()


def post(path, pool):
    with tracer.start_as_current_span(f"POST {path}"):
        return pool.submit(parse, 7).result()  # <- lost here


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()  # <- inherited here
        post("/b", pool)
        return post("/c", pool)


if __name__ == "__main__":
    report(main())
