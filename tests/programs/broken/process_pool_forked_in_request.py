# family: parent_stale
# boundary: ProcessPoolExecutor.submit
# orphan: parse invoice
# actual parent: GET /a
# expected parent: POST /b
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


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()  # <- inherited here
        with tracer.start_as_current_span("POST /b"):
            return pool.submit(parse, 7).result()  # <- lost here


if __name__ == "__main__":
    report(main())
