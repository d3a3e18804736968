# remedy: ThreadPoolExecutor.map
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(2)
both_at_work = threading.Barrier(2)


def work(photo):
    both_at_work.wait()
    with tracer.start_as_current_span("render thumbnail"):
        both_at_work.wait()
        return f"thumbnail of {photo}"


def post_photos(items):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        results = list(pool.map(work, items))
        # end of hand-off
        print(results)


if __name__ == "__main__":
    post_photos(["cat", "dog"])
    report()
