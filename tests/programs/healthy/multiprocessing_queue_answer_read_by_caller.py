# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: count words <- (root)
# tree: publish counts <- (root)
import multiprocessing

from tracing import finished, report, tracer


def count(counts, home):
    with tracer.start_as_current_span("count words"):
        counts.put(7)
    home.put(finished())


def main():
    processes = multiprocessing.get_context("spawn")
    counts, home = processes.Queue(), processes.Queue()
    counter = processes.Process(target=count, args=(counts, home))
    counter.start()
    words = counts.get()
    with tracer.start_as_current_span("publish counts") as span:
        span.set_attribute("words", words)
    spans = home.get()
    counter.join()
    return spans


if __name__ == "__main__":
    report(main())
