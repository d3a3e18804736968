from opentelemetry import baggage, context
from tracing import report, tracer


def handle(user):
    with tracer.start_as_current_span(f"GET /{user}"):
        context.attach(baggage.set_baggage("user", user))
        with tracer.start_as_current_span("work"):
            print(baggage.get_baggage("user"))


handle("ann")
handle("bob")
print(baggage.get_baggage("user"))
report()
