# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: GET /c <- (root)
# tree: query <- GET /a
# tree: query <- GET /b
# tree: query <- GET /c
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def handle(path):
    with tracer.start_as_current_span(f"GET {path}"), tracer.start_as_current_span("query"):
        return path


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(handle, ["/a", "/b", "/c"]))
    report()
