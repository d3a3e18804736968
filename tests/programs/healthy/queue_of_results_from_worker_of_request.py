# tree: GET /a <- (root)
# tree: square 3 <- (root)
# tree: square 4 <- (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

results = queue.Queue()


def idle(go):
    go.wait()
    return 0


def square(number, go):
    with tracer.start_as_current_span(f"square {number}"):
        go.wait()
        return number * number


def add_up(pool, *work):
    total = 0
    for function, *args in work:
        go = threading.Event()
        pool.submit(function, *args, go).add_done_callback(results.put)
        go.set()
        total += results.get().result()
    return total


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("GET /a"):
            add_up(pool, (idle,))
        add_up(pool, (idle,), (square, 3), (square, 4))
    report()
