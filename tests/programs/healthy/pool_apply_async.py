# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /proteins <- (root)
# tree: fold protein <- POST /proteins
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def fold(protein, carrier):
    with tracer.start_as_current_span("fold protein", context=extract(carrier)) as span:
        span.set_attribute("protein", protein)
    return finished()


def main():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with tracer.start_as_current_span("POST /proteins"):
            carrier = {}
            inject(carrier)
            return pool.apply_async(fold, ("p53", carrier)).get()


if __name__ == "__main__":
    report(main())
