# remedy: CTX701
import threading

from opentelemetry import context, trace
from tracing import report, tracer


def work(number):
    print("order", number)


args = (7,)


def finish(token):
    context.detach(token)


# hand-off
span = tracer.start_span("POST /orders")
token = context.attach(trace.set_span_in_context(span))
work(*args)
thread = threading.Thread(target=finish, args=(token,))
thread.start()
thread.join()
span.end()
# end of hand-off
report()
