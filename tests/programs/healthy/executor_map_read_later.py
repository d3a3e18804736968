# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /book <- (root)
# tree: render page <- POST /book
# tree: render page <- POST /book
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer


def render(page):
    with tracer.start_as_current_span("render page"):
        return f"page {page}"


def main():
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("POST /book"):
            copies = [copy_context() for _ in range(2)]
            pages = pool.map(lambda copied, page: copied.run(render, page), copies, range(2))
        return list(pages)


if __name__ == "__main__":
    main()
    report()
