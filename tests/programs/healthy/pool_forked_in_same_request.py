# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /report <- (root)
# tree: add up <- GET /report
# tree: add up <- GET /report
# tree: render page <- GET /report
# tree: render page <- GET /report
import multiprocessing

from tracing import finished, report, tracer


def add_up(page):
    with tracer.start_as_current_span("add up") as span:
        span.set_attribute("page", page)
    return finished()


def main():
    with tracer.start_as_current_span("GET /report"):
        with multiprocessing.get_context("fork").Pool(1) as pool:
            for page in range(2):
                with tracer.start_as_current_span("render page"):
                    spans = pool.apply(add_up, (page,))
    return spans


if __name__ == "__main__":
    report(main())
