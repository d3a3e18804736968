# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sums <- (root)
# tree: add up <- POST /sums
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import report, tracer


def main():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with tracer.start_as_current_span("POST /sums"):
            parts = list(pool.map(abs, [-1, 2]))
            with tracer.start_as_current_span("add up"):
                return sum(parts)


if __name__ == "__main__":
    main()
    report()
