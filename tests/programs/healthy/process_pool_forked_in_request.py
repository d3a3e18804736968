# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: parse invoice <- POST /b
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def parse(invoice, carrier):
    with tracer.start_as_current_span("parse invoice", context=extract(carrier)) as span:
        span.set_attribute("invoice", invoice)
    return finished()


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()
        with tracer.start_as_current_span("POST /b"):
            carrier = {}
            inject(carrier)
            return pool.submit(parse, 7, carrier).result()


if __name__ == "__main__":
    report(main())
