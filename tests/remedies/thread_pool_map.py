# remedy: ThreadPool.map
import threading
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

both_at_work = threading.Barrier(2)


def work(photo):
    both_at_work.wait()
    with tracer.start_as_current_span("render thumbnail"):
        both_at_work.wait()
        return f"thumbnail of {photo}"


def post_photos(pool, items):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        results = pool.map(work, items)
        # end of hand-off
        print(results)


if __name__ == "__main__":
    with ThreadPool(2) as pool:
        post_photos(pool, ["cat", "dog"])
    report()
