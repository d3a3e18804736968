# code: CTX701
# span: POST /orders
import threading

from opentelemetry import context, trace
from tracing import report, tracer


def finish(token):
    context.detach(token)  # <- detached


span = tracer.start_span("POST /orders")
token = context.attach(trace.set_span_in_context(span))  # <- attached
thread = threading.Thread(target=finish, args=(token,))
thread.start()
thread.join()
span.end()
report()
