# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /score <- (root)
# tree: load model <- POST /score
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import context
from tracing import report, tracer


def load_model(origin):
    with tracer.start_as_current_span("load model", context=origin):
        pass


def post_score():
    with tracer.start_as_current_span("POST /score"):
        with ThreadPoolExecutor(
            1, initializer=load_model, initargs=(context.get_current(),)
        ) as pool:
            return pool.submit(sum, [1, 2]).result()


if __name__ == "__main__":
    post_score()
    report()
