# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /photos <- (root)
# tree: render thumbnail <- POST /photos
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def render(photo):
    with tracer.start_as_current_span("render thumbnail") as span:
        span.set_attribute("photo", photo)
    return finished()


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        with tracer.start_as_current_span("POST /photos"):
            return pool.submit(render, 1).result()


if __name__ == "__main__":
    report(main())
