# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /photos <- (root)
# tree: render thumbnail <- POST /photos
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from opentelemetry import context
from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def render(photo, carrier):
    token = context.attach(extract(carrier))
    try:
        with tracer.start_as_current_span("render thumbnail") as span:
            span.set_attribute("photo", photo)
    finally:
        context.detach(token)
    return finished()


def post_photos():
    carrier = {}
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        with tracer.start_as_current_span("POST /photos"):
            inject(carrier)
            return pool.submit(render, 1, carrier).result()


if __name__ == "__main__":
    report(post_photos())
