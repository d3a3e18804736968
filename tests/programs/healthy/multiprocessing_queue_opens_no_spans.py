# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sums <- (root)
# tree: add up <- POST /sums
import multiprocessing

from tracing import report, tracer


def double(numbers, answers):
    for number in iter(numbers.get, None):
        answers.put(number * 2)


def main():
    processes = multiprocessing.get_context("spawn")
    numbers, answers = processes.Queue(), processes.Queue()
    worker = processes.Process(target=double, args=(numbers, answers))
    worker.start()
    with tracer.start_as_current_span("POST /sums"):
        numbers.put(3)
        with tracer.start_as_current_span("add up") as span:
            span.set_attribute("total", answers.get())
    numbers.put(None)
    worker.join()


if __name__ == "__main__":
    main()
    report()
