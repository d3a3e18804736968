# instrumentors: none
# python: 3.10+
# tree: POST /batches <- (root)
# tree: run batch <- (root)
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import trace
from opentelemetry.trace import Link
from tracing import report, tracer


def run_batch(origin):
    with tracer.start_as_current_span("run batch", links=[Link(origin)]):
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /batches"):
        pool.submit(run_batch, trace.get_current_span().get_span_context()).result()
    report()
