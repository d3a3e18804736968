# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /vote/0 <- (root)
# tree: POST /vote/1 <- (root)
# tree: POST /vote/2 <- (root)
# tree: POST /vote/3 <- (root)
# tree: count vote <- POST /vote/0
# tree: count vote <- POST /vote/0
# tree: count vote <- POST /vote/1
# tree: count vote <- POST /vote/1
# tree: count vote <- POST /vote/2
# tree: count vote <- POST /vote/2
# tree: count vote <- POST /vote/3
# tree: count vote <- POST /vote/3
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import trace
from tracing import report, tracer

votes = queue.Queue(maxsize=2)


def count(expected):
    for _ in range(expected):
        choice, origin = votes.get()
        with tracer.start_as_current_span("count vote", context=origin) as span:
            span.set_attribute("choice", choice)


def vote(voter):
    with tracer.start_as_current_span(f"POST /vote/{voter}") as span:
        span.set_attribute("voter", voter)
        for _ in range(2):
            votes.put((1, trace.set_span_in_context(span)))


if __name__ == "__main__":
    counter = threading.Thread(target=count, args=(8,))
    counter.start()
    with ThreadPoolExecutor(4) as voters:
        list(voters.map(vote, range(4)))
    counter.join()
    report()
