# remedy: gevent.threadpool.ThreadPool.spawn
# libraries: gevent
import gevent
from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")


if __name__ == "__main__":
    args = ("cat",)
    pool = gevent.get_hub().threadpool
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        result = pool.spawn(work, *args)
        # end of hand-off
        result.get()
    report()
