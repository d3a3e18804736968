# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: store result <- POST /b
from concurrent.futures import ThreadPoolExecutor, wait

from tracing import report, tracer


def store(_):
    with tracer.start_as_current_span("store result"):
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()
        with tracer.start_as_current_span("POST /b"):
            scoring = pool.submit(sum, [1, 2])
            wait([scoring])
            scoring.add_done_callback(store)
    report()
