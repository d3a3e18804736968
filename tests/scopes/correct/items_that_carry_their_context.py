import queue
import threading

from opentelemetry import context
from tracing import report, tracer

items = queue.Queue()


def work():
    while (entry := items.get()) is not None:
        origin, name = entry
        token = context.attach(origin)
        with tracer.start_as_current_span(name):
            pass
        context.detach(token)


thread = threading.Thread(target=work)
for name in ("first", "second"):
    with tracer.start_as_current_span(f"POST /{name}"):
        items.put((context.get_current(), name))
items.put(None)
thread.start()
thread.join()
report()
