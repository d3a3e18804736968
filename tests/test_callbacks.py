"""What a callback takes out of a queue is its own, and not of the thread that ran it."""

from __future__ import annotations

from support import run_program

PROGRAM = """
import queue, threading
from concurrent.futures import Future
from tracing import tracer

orders = queue.Queue()
rounds = 3
futures = [Future() for _ in range(rounds)]

def take(future):
    orders.get_nowait()

def serve():
    for future in futures:
        future.set_result(None)
        with tracer.start_as_current_span("own work"):
            pass

for future in futures:
    with tracer.start_as_current_span("request"):
        orders.put("order")
        future.add_done_callback(take)
server = threading.Thread(target=serve)
server.start()
server.join()
"""


def test_a_thread_has_nothing_in_hand_after_its_callbacks() -> None:
    result = run_program(PROGRAM)
    assert result.of_kind("finding") == []
    assert result.summary["crossings"]["queue.Queue.put"] == {"lost": 3}
