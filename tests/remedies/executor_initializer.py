# remedy: ThreadPoolExecutor.submit initializer
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("load model"):
        print(f"loaded {name}")


def post_score(*args):
    with tracer.start_as_current_span("POST /score"):
        # hand-off
        pool = ThreadPoolExecutor(initializer=work, initargs=args)
        # end of hand-off
        print(pool.submit(sum, [1, 2]).result())
    pool.shutdown()


if __name__ == "__main__":
    post_score("small")
    report()
