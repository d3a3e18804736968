# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /a <- (root)
# tree: POST /b <- (root)
# tree: pack parcel a <- POST /a
# tree: pack parcel b <- POST /b
import queue
import threading

from opentelemetry import trace
from tracing import report, tracer

parcels = queue.Queue()


def pack():
    with trace.use_span(parcels.get()), tracer.start_as_current_span("pack parcel a"):
        pass
    with trace.use_span(parcels.get()), tracer.start_as_current_span("pack parcel b"):
        pass


if __name__ == "__main__":
    packer = threading.Thread(target=pack)
    packer.start()
    request_a, request_b = tracer.start_span("POST /a"), tracer.start_span("POST /b")
    with trace.use_span(request_a, end_on_exit=True):
        parcels.put(request_a)
    with trace.use_span(request_b, end_on_exit=True):
        parcels.put(request_b)
    packer.join()
    report()
