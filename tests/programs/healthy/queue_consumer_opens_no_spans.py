# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /a <- (root)
# tree: POST /b <- (root)
import queue
import threading

from tracing import report, tracer

numbers = queue.Queue()
totals = []


def add_up():
    totals.append(sum(iter(numbers.get, None)))


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /a"):
        adder = threading.Thread(target=add_up)
        adder.start()
        numbers.put(1)
    with tracer.start_as_current_span("POST /b"):
        numbers.put(2)
    numbers.put(None)
    adder.join()
    assert totals == [3]
    report()
