# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /imports <- (root)
# tree: import batch <- (root)
import threading

from opentelemetry.context import Context
from tracing import report, tracer


def import_batch():
    with tracer.start_as_current_span("import batch", context=Context()):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /imports"):
        batch = threading.Thread(target=import_batch)
        batch.start()
        batch.join()
    report()
