# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /alerts <- (root)
# tree: page duty officer <- POST /alerts
# tree: page duty officer <- POST /alerts
import queue
import threading

from opentelemetry.propagate import extract, inject
from tracing import report, tracer

alerts = queue.PriorityQueue()


def work(count):
    for _ in range(count):
        _, text, carrier = alerts.get()
        with tracer.start_as_current_span("page duty officer", context=extract(carrier)) as span:
            span.set_attribute("alert", text)


def raise_alerts(texts):
    with tracer.start_as_current_span("POST /alerts"):
        carrier = {}
        inject(carrier)
        for urgency, text in texts:
            alerts.put((urgency, text, carrier))


if __name__ == "__main__":
    worker = threading.Thread(target=work, args=(2,))
    worker.start()
    raise_alerts([(2, "disk nearly full"), (1, "no power")])
    worker.join()
    report()
