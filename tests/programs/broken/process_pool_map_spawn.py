# family: parent_lost
# boundary: ProcessPoolExecutor.map
# orphan: render thumbnail
# expected parent: POST /photos
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def render(photo):
    with tracer.start_as_current_span("render thumbnail") as span:  # <- orphan
        span.set_attribute("photo", photo)
    return finished()


def post_photos():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        with tracer.start_as_current_span("POST /photos"):
            return list(pool.map(render, [1]))[-1]  # <- lost here


if __name__ == "__main__":
    report(post_photos())
