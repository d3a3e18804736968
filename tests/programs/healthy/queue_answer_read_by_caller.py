# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /answer <- (root)
# tree: format answer <- GET /answer
import queue
import threading

from tracing import report, tracer

questions, answers = queue.Queue(), queue.Queue()


def work():
    for question in iter(questions.get, None):
        answers.put(question * 2)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("GET /answer"):
        questions.put(21)
        answer = answers.get()
        with tracer.start_as_current_span("format answer") as span:
            span.set_attribute("answer", answer)
    questions.put(None)
    worker.join()
    report()
