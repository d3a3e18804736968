import os

from opentelemetry import context, propagate
from tracing import report, tracer

os.environ["TRACEPARENT"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
carrier = {"traceparent": os.environ["TRACEPARENT"]}
context.attach(propagate.extract(carrier))

for number in range(2):
    with tracer.start_as_current_span(f"job {number}"):
        pass
report()
