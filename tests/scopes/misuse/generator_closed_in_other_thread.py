# code: CTX701
# span: read rows
import threading

from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached, detached
        yield from (1, 2)  # <- yield


reading = rows()
print(next(reading))
thread = threading.Thread(target=reading.close)
thread.start()
thread.join()
report()
