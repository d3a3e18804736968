# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: count words <- (root)
# tree: publish counts <- (root)
import multiprocessing

from tracing import finished, report, tracer

PAGES = 1_000


def count(counts):
    with tracer.start_as_current_span("count words"):
        for page in range(PAGES):
            counts.put(page)
    counts.put(finished())


def main():
    processes = multiprocessing.get_context("spawn")
    counts = processes.Queue()
    counter = processes.Process(target=count, args=(counts,))
    counter.start()
    counter.join()  # all that it has put fits into the pipe
    pages = [counts.get() for _ in range(PAGES)]
    spans = counts.get()
    with tracer.start_as_current_span("publish counts") as span:
        span.set_attribute("pages", len(pages))
    return spans


if __name__ == "__main__":
    report(main())
