# code: CTX701
# span: read rows
import threading

from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached, detached
        yield 1
        yield 2  # <- yield


def read_on(reading):
    for row in reading:
        print(row)


reading = rows()
print(next(reading))
thread = threading.Thread(target=read_on, args=(reading,))
thread.start()
thread.join()
report()
