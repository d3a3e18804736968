# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: POST /c <- (root)
# tree: parse invoice <- POST /b
# tree: parse invoice <- POST /c
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def parse(invoice, carrier):
    with tracer.start_as_current_span("parse invoice", context=extract(carrier)) as span:
        span.set_attribute("invoice", invoice)
    return finished()


def post(path, pool):
    with tracer.start_as_current_span(f"POST {path}"):
        carrier = {}
        inject(carrier)
        return pool.submit(parse, 7, carrier).result()


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()
        post("/b", pool)
        return post("/c", pool)


if __name__ == "__main__":
    report(main())
