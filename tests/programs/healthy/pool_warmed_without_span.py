# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /health <- (root)
# tree: open connection <- (root)
# tree: open connection <- (root)
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=2)


def open_connection():
    with tracer.start_as_current_span("open connection"):
        pass


if __name__ == "__main__":
    for warmed in [pool.submit(open_connection) for _ in range(2)]:
        warmed.result()
    with tracer.start_as_current_span("GET /health"):
        pool.submit(str).result()
    report()
