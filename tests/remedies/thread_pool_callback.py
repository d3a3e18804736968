# remedy: ThreadPool.apply_async callback
import threading
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

published = threading.Event()


def function(amount, tax):
    return amount + tax


def work(total):
    with tracer.start_as_current_span("publish total"):
        print(f"published {total}")
    published.set()


def post_sums(pool, *args):
    with tracer.start_as_current_span("POST /sums"):
        # hand-off
        result = pool.apply_async(function, args, callback=work)
        # end of hand-off
        published.wait()
        print(result.get())


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        post_sums(pool, 100, 20)
    report()
