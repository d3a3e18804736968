# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /score <- (root)
# tree: load model <- (root)
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def load_model():
    with tracer.start_as_current_span("load model"):
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1, initializer=load_model) as pool:
        pool.submit(str).result()
        with tracer.start_as_current_span("POST /score"):
            pool.submit(sum, [1, 2]).result()
    report()
