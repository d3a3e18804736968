# family: parent_lost
# boundary: ProcessPoolExecutor.submit
# orphan: render thumbnail
# expected parent: POST /photos
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def warm_up():
    return "ready"


def render():
    with tracer.start_as_current_span("render thumbnail"):  # <- orphan
        pass
    return finished()


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(warm_up).result()
        with tracer.start_as_current_span("POST /photos"):
            return pool.submit(render).result()  # <- lost here


if __name__ == "__main__":
    report(main())
