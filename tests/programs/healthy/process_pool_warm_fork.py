# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /photos <- (root)
# tree: render thumbnail <- POST /photos
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def warm_up():
    return "ready"


def render(carrier):
    with tracer.start_as_current_span("render thumbnail", context=extract(carrier)):
        pass
    return finished()


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(warm_up).result()
        with tracer.start_as_current_span("POST /photos"):
            carrier = {}
            inject(carrier)
            return pool.submit(render, carrier).result()


if __name__ == "__main__":
    report(main())
