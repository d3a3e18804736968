# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /stop <- (root)
# tree: close files <- (root)
import queue
import threading

from opentelemetry.context import Context
from tracing import report, tracer

commands = queue.Queue()


def work():
    while commands.get() != "stop":
        pass
    with tracer.start_as_current_span("close files", context=Context()):
        pass


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("POST /stop"):
        commands.put("stop")
    worker.join()
    report()
