# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /price <- (root)
# tree: log answer <- GET /price
import queue
import threading
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

questions = queue.Queue()


def listen():
    for question in iter(questions.get, None):
        question.set_result(12.5)


def log_answer(_):
    with tracer.start_as_current_span("log answer"):
        pass


def get_price():
    with tracer.start_as_current_span("GET /price"):
        answer = Future()
        answer.add_done_callback(partial(copy_context().run, log_answer))
        questions.put(answer)
        return answer.result()


if __name__ == "__main__":
    listener = threading.Thread(target=listen)
    listener.start()
    get_price()
    questions.put(None)
    listener.join()
    report()
