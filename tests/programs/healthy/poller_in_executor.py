# instrumentors: none
# python: 3.10+
# tree: refresh rates <- (root)
# tree: refresh rates <- (root)
# tree: refresh rates <- (root)
# tree: start up <- (root)
import queue
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

ticks = queue.Queue()
background = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rates")


def refresh_rates():
    while ticks.get() is not None:
        with tracer.start_as_current_span("refresh rates"):
            pass


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        job = background.submit(refresh_rates)
    for tick in (1, 2, 3, None):
        ticks.put(tick)
    job.result()
    report()
