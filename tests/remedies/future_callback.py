# remedy: Future.add_done_callback
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

go = threading.Event()
stored = threading.Event()


def work(future):
    with tracer.start_as_current_span("store result"):
        print(f"stored {future.result()}")
    stored.set()


def post_score(pool):
    with tracer.start_as_current_span("POST /score"):
        future = pool.submit(go.wait)
        # hand-off
        future.add_done_callback(work)
        # end of hand-off
        go.set()
        stored.wait()


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        post_score(pool)
    report()
