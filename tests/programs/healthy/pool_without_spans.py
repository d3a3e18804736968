# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sums <- (root)
# tree: add up <- POST /sums
import multiprocessing

from tracing import report, tracer

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with tracer.start_as_current_span("POST /sums"):
            sums = pool.map(sum, [[1, 2], [3, 4]])
            with tracer.start_as_current_span("add up") as span:
                span.set_attribute("total", sum(sums))
    report()
