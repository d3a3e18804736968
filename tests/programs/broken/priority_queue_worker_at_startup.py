# family: parent_lost
# boundary: queue.PriorityQueue.put
# orphan: page duty officer
# expected parent: POST /alerts
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading

from tracing import report, tracer

alerts = queue.PriorityQueue()


def work(count):
    for _ in range(count):
        _, text = alerts.get()
        with tracer.start_as_current_span("page duty officer") as span:  # <- orphan
            span.set_attribute("alert", text)


def raise_alerts(texts):
    with tracer.start_as_current_span("POST /alerts"):
        for urgency, text in texts:
            alerts.put((urgency, text))  # <- lost here


if __name__ == "__main__":
    worker = threading.Thread(target=work, args=(2,))
    worker.start()
    raise_alerts([(2, "disk nearly full"), (1, "no power")])
    worker.join()
    report()
