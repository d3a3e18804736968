# remedy: gevent.pool.Pool.spawn
# libraries: gevent
import gevent.pool
from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")


if __name__ == "__main__":
    args = ("cat",)
    pool = gevent.pool.Pool(2)
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        greenlet = pool.spawn(work, *args)
        # end of hand-off
        greenlet.get()
    report()
