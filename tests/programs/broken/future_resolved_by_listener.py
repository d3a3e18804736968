# family: parent_lost
# boundary: Future.add_done_callback
# orphan: log answer
# expected parent: GET /price
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading
from concurrent.futures import Future

from tracing import report, tracer

questions = queue.Queue()


def listen():
    for question in iter(questions.get, None):
        question.set_result(12.5)


def log_answer(_):
    with tracer.start_as_current_span("log answer"):  # <- orphan
        pass


def get_price():
    with tracer.start_as_current_span("GET /price"):
        answer = Future()
        answer.add_done_callback(log_answer)  # <- lost here
        questions.put(answer)
        return answer.result()


if __name__ == "__main__":
    listener = threading.Thread(target=listen)
    listener.start()
    get_price()
    questions.put(None)
    listener.join()
    report()
