import contextvars
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def work(number):
    with tracer.start_as_current_span(f"work {number}"):
        return number


with ThreadPoolExecutor(2) as pool:
    with tracer.start_as_current_span("POST /orders"):
        copies = [contextvars.copy_context() for _ in range(4)]
        print([f.result() for f in [pool.submit(c.run, work, n) for n, c in enumerate(copies)]])
        contextvars.copy_context().run(work, 4)
report()
