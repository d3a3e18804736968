# family: parent_lost
# boundary: queue.Queue.put
# orphan: pack parcel a
# expected parent: POST /a
# family: parent_lost
# boundary: queue.Queue.put
# orphan: pack parcel b
# expected parent: POST /b
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading

from opentelemetry import trace
from tracing import report, tracer

parcels = queue.Queue()


def pack():
    parcels.get()
    with tracer.start_as_current_span("pack parcel a"):  # <- orphan
        pass
    parcels.get()
    with tracer.start_as_current_span("pack parcel b"):  # <- orphan (2)
        pass


if __name__ == "__main__":
    packer = threading.Thread(target=pack)
    packer.start()
    request_a, request_b = tracer.start_span("POST /a"), tracer.start_span("POST /b")
    with trace.use_span(request_a, end_on_exit=True):
        parcels.put("a")  # <- lost here
    with trace.use_span(request_b, end_on_exit=True):
        parcels.put("b")  # <- lost here (2)
    packer.join()
    report()
