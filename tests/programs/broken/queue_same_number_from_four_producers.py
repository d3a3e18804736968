# family: parent_lost
# boundary: queue.Queue.put
# orphan: count vote
# expected parent: POST /vote/0 | POST /vote/1 | POST /vote/2 | POST /vote/3
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

votes = queue.Queue(maxsize=2)


def count(expected):
    for _ in range(expected):
        choice = votes.get()
        with tracer.start_as_current_span("count vote") as span:  # <- orphan
            span.set_attribute("choice", choice)


def vote(voter):
    with tracer.start_as_current_span(f"POST /vote/{voter}") as span:
        span.set_attribute("voter", voter)
        for _ in range(2):
            votes.put(1)  # <- lost here


if __name__ == "__main__":
    counter = threading.Thread(target=count, args=(8,))
    counter.start()
    with ThreadPoolExecutor(4) as voters:
        list(voters.map(vote, range(4)))
    counter.join()
    report()
