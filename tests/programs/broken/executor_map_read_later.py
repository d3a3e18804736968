# family: parent_lost
# boundary: ThreadPoolExecutor.map
# orphan: render page
# expected parent: POST /book
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def render(page):
    with tracer.start_as_current_span("render page"):  # <- orphan
        return f"page {page}"


def main():
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("POST /book"):
            pages = pool.map(render, range(2))  # <- lost here
        return list(pages)


if __name__ == "__main__":
    main()
    report()
